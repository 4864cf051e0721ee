package dev.tidemark.archive.plan;

import dev.tidemark.archive.snapshot.SnapshotManifest;
import dev.tidemark.oplog.optime.Optime;
import java.util.Objects;
import java.util.Optional;

/**
 * What is asked of the planner.
 *
 * @param target the moment
 * @param snapshotId the snapshot to start from; empty for the newest usable one
 * @param check how closely to look
 * @param baseBefore what happened from here on must not be in the snapshot, because some of it will
 *     be left out; empty if nothing is
 * @param base what lies on the target already, to be rolled forward from where it is instead of any
 *     snapshot
 */
public record PlanRequest(
    RestoreTarget target,
    Optional<String> snapshotId,
    PlanCheck check,
    Optional<Optime> baseBefore,
    Optional<SnapshotManifest> base) {

  public PlanRequest {
    Objects.requireNonNull(target, "target");
    Objects.requireNonNull(snapshotId, "snapshotId");
    Objects.requireNonNull(check, "check");
    Objects.requireNonNull(baseBefore, "baseBefore");
    Objects.requireNonNull(base, "base");
  }

  /** A restore that starts from a snapshot in the archive. */
  public PlanRequest(RestoreTarget target, Optional<String> snapshotId, PlanCheck check) {
    this(target, snapshotId, check, Optional.empty(), Optional.empty());
  }

  /** The same, starting from a snapshot that was complete before this optime. */
  public PlanRequest from(Optional<Optime> before) {
    return new PlanRequest(target, snapshotId, check, before, base);
  }

  /** The newest usable snapshot, and headers that are right. */
  public static PlanRequest to(RestoreTarget target) {
    return new PlanRequest(target, Optional.empty(), PlanCheck.HEADERS);
  }
}
