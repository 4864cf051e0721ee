package dev.tidemark.archive.retention;

import dev.tidemark.archive.store.ObjectStore;
import java.time.Duration;
import java.util.Objects;

/**
 * How long things are kept.
 *
 * @param continuous every moment this far back can be restored
 * @param snapshots snapshots are kept this long, each restorable at least at its END
 * @param grace what no index names any more is deleted this much later: longer than any restore
 *     takes
 * @param unfinished a snapshot without a manifest, and what a restore has set aside, count as given
 *     up this long after their newest object
 */
public record RetentionPolicy(
    Duration continuous, Duration snapshots, Duration grace, Duration unfinished) {

  /** Of an archive in an object store. */
  public static final RetentionPolicy DEFAULTS =
      new RetentionPolicy(
          Duration.ofHours(24), Duration.ofDays(30), Duration.ofHours(24), Duration.ofDays(7));

  /** Of an archive in a local directory: snapshots stay for a week. */
  public static final RetentionPolicy LOCAL_DEFAULTS =
      new RetentionPolicy(
          Duration.ofHours(24), Duration.ofDays(7), Duration.ofHours(24), Duration.ofDays(7));

  /** What fits where an archive is kept. */
  public static RetentionPolicy defaultsFor(ObjectStore store) {
    return store.location().startsWith("file:") ? LOCAL_DEFAULTS : DEFAULTS;
  }

  public RetentionPolicy {
    Objects.requireNonNull(continuous, "continuous");
    Objects.requireNonNull(snapshots, "snapshots");
    Objects.requireNonNull(grace, "grace");
    Objects.requireNonNull(unfinished, "unfinished");
    if (continuous.isNegative() || snapshots.isNegative() || grace.isNegative()) {
      throw new IllegalArgumentException("durations cannot be negative");
    }
  }
}
