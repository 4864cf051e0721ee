package dev.tidemark.restorer.snapshot;

import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.restorer.request.JobControl;
import dev.tidemark.restorer.request.JobKind;
import dev.tidemark.schemas.request.SnapshotRequest;
import dev.tidemark.schemas.status.Failure;
import dev.tidemark.schemas.status.JobState;
import dev.tidemark.schemas.status.SnapshotStatus;
import java.time.Instant;

/** Requests for snapshots and their statuses. */
public final class SnapshotRequests implements JobKind<SnapshotRequest, SnapshotStatus> {

  /** Carries a snapshot out. */
  @FunctionalInterface
  public interface Work {

    /**
     * @throws TidemarkException why it failed
     */
    void run(SnapshotRequest request, boolean resumed, JobControl<SnapshotStatus> control)
        throws Exception;
  }

  private final Work work;

  public SnapshotRequests(Work work) {
    this.work = work;
  }

  @Override
  public Class<SnapshotRequest> requestType() {
    return SnapshotRequest.class;
  }

  @Override
  public Class<SnapshotStatus> statusType() {
    return SnapshotStatus.class;
  }

  @Override
  public String id(SnapshotRequest request) {
    return request.getRequestId();
  }

  @Override
  public boolean isCancel(SnapshotRequest request) {
    return request.getCancel();
  }

  @Override
  public Long requestedAt(SnapshotRequest request) {
    return request.getRequestedAt() == null ? null : request.getRequestedAt().toEpochMilli();
  }

  @Override
  public SnapshotRequest normalised(SnapshotRequest request) {
    return SnapshotRequest.newBuilder(request).setCancel(false).setRequestedAt(null).build();
  }

  @Override
  public SnapshotStatus accepted(
      SnapshotRequest request, String requestSha256, String worker, long now) {
    return SnapshotStatus.newBuilder()
        .setRequestId(request.getRequestId())
        .setRequestSha256(requestSha256)
        .setCluster(request.getCluster())
        .setState(JobState.ACCEPTED)
        .setWorker(worker)
        .setAcceptedAt(Instant.ofEpochMilli(now))
        .setUpdatedAt(Instant.ofEpochMilli(now))
        .build();
  }

  @Override
  public SnapshotStatus rejected(String id, String worker, long now) {
    return SnapshotStatus.newBuilder()
        .setRequestId(id)
        .setCluster("")
        .setState(JobState.FAILED)
        .setWorker(worker)
        .setAcceptedAt(Instant.ofEpochMilli(now))
        .setUpdatedAt(Instant.ofEpochMilli(now))
        .build();
  }

  @Override
  public JobState state(SnapshotStatus status) {
    return status.getState();
  }

  @Override
  public String requestSha256(SnapshotStatus status) {
    return status.getRequestSha256();
  }

  @Override
  public SnapshotStatus mark(
      SnapshotStatus status, JobState state, Failure failure, String worker, long now) {
    return SnapshotStatus.newBuilder(status)
        .setState(state)
        .setFailure(failure)
        .setWorker(worker)
        .setUpdatedAt(Instant.ofEpochMilli(now))
        .build();
  }

  @Override
  public void run(SnapshotRequest request, boolean resumed, JobControl<SnapshotStatus> control)
      throws Exception {
    work.run(request, resumed, control);
  }
}
