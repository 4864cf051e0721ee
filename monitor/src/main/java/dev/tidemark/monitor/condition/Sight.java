package dev.tidemark.monitor.condition;

import dev.tidemark.monitor.alert.AlertCode;
import dev.tidemark.monitor.alert.Assessment;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;

/**
 * Whether the monitor itself sees what it watches.
 *
 * @param lastSeen when the topics were last read completely, or when the monitor was started
 * @param maxSilence the limit in seconds
 */
public record Sight(Supplier<Instant> lastSeen, Limit maxSilence) implements Condition {

  /** The source of its alerts. */
  public static final String SOURCE = "monitor";

  @Override
  public List<Assessment> assess(Instant now) {
    double silence = Math.max(0, Duration.between(lastSeen.get(), now).toMillis() / 1000.0);
    return List.of(
        maxSilence.atMost(
            AlertCode.MONITOR_BLIND,
            SOURCE,
            silence,
            "The topics were last read completely " + Limit.time(silence) + " ago"));
  }
}
