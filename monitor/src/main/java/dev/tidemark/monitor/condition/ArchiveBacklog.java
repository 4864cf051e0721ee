package dev.tidemark.monitor.condition;

import dev.tidemark.monitor.alert.AlertCode;
import dev.tidemark.monitor.alert.Assessment;
import dev.tidemark.monitor.observation.OplogProgress;
import dev.tidemark.monitor.observation.SetProgress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Whether captured entries reach the archive long before Kafka deletes them.
 *
 * @param progress what was captured and what was archived
 * @param retention how long the topic keeps records; empty if that is not known or unlimited
 * @param maxShare the limit, as a share of the retention
 */
public record ArchiveBacklog(
    OplogProgress progress, Supplier<Optional<Duration>> retention, Limit maxShare)
    implements Condition {

  @Override
  public List<Assessment> assess(Instant now) {
    Optional<Duration> kept = retention.get().filter(found -> !found.isZero());
    if (kept.isEmpty() || progress.readAt().isEmpty()) {
      return List.of();
    }
    return progress.sets().stream().map(set -> assess(set, now, kept.get())).toList();
  }

  /** By the clock, not by what was read: entries grow old also while Kafka cannot be read. */
  private Assessment assess(SetProgress set, Instant now, Duration kept) {
    double age =
        set.pendingSince()
            .map(since -> Math.max(0, Duration.between(since, now).toMillis() / 1000.0))
            .orElse(0.0);
    double share = age * 1000 / kept.toMillis();
    return maxShare.atMost(
        AlertCode.ARCHIVE_BACKLOG_EXPIRING,
        set.set().toString(),
        share,
        String.format(
            Locale.ROOT,
            "The oldest entry of replica set %s that is not archived is %s old; Kafka deletes it"
                + " after %s",
            set.set(),
            Limit.time(age),
            Limit.time(kept.toSeconds())));
  }
}
