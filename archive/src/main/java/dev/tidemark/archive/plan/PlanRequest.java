package dev.tidemark.archive.plan;

import java.util.Objects;
import java.util.Optional;

/**
 * What is asked of the planner.
 *
 * @param target the moment
 * @param snapshotId the snapshot to start from; empty for the newest usable one
 * @param check how closely to look
 */
public record PlanRequest(RestoreTarget target, Optional<String> snapshotId, PlanCheck check) {

  public PlanRequest {
    Objects.requireNonNull(target, "target");
    Objects.requireNonNull(snapshotId, "snapshotId");
    Objects.requireNonNull(check, "check");
  }

  /** The newest usable snapshot, and headers that are right. */
  public static PlanRequest to(RestoreTarget target) {
    return new PlanRequest(target, Optional.empty(), PlanCheck.HEADERS);
  }
}
