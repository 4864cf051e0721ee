package dev.tidemark.monitor.condition;

import dev.tidemark.monitor.alert.AlertCode;
import dev.tidemark.monitor.alert.Assessment;
import dev.tidemark.monitor.observation.OplogProgress;
import dev.tidemark.monitor.observation.SetProgress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Whether captured entries reach the archive.
 *
 * @param progress what was captured and what was archived
 * @param maxLag the limit in seconds
 * @param maxSilence as in {@link OplogLag}
 */
public record ArchiveLag(OplogProgress progress, Limit maxLag, Duration maxSilence)
    implements Condition {

  @Override
  public List<Assessment> assess(Instant now) {
    Optional<Instant> readAt = progress.readAt();
    if (readAt.isEmpty() || readAt.get().plus(maxSilence).isBefore(now)) {
      return List.of();
    }
    return progress.sets().stream().map(set -> assess(set, readAt.get())).toList();
  }

  private Assessment assess(SetProgress set, Instant readAt) {
    double lag =
        set.pendingSince()
            .map(since -> Math.max(0, Duration.between(since, readAt).toMillis() / 1000.0))
            .orElse(0.0);
    return maxLag.atMost(
        AlertCode.ARCHIVE_LAG,
        set.set().toString(),
        lag,
        lag == 0
            ? "All captured entries of replica set " + set.set() + " are archived"
            : "The oldest entry of replica set %s that is not archived was captured %s ago"
                .formatted(set.set(), Limit.time(lag)));
  }
}
