package dev.tidemark.restorer.restore;

import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.restorer.request.JobControl;
import dev.tidemark.restorer.request.JobKind;
import dev.tidemark.schemas.request.RestoreRequest;
import dev.tidemark.schemas.status.Failure;
import dev.tidemark.schemas.status.JobState;
import dev.tidemark.schemas.status.RestoreStatus;
import java.time.Instant;

/** Requests for restores and their statuses. */
public final class RestoreRequests implements JobKind<RestoreRequest, RestoreStatus> {

  /** Carries a restore out. */
  @FunctionalInterface
  public interface Work {

    /**
     * @throws TidemarkException why it failed
     */
    void run(RestoreRequest request, boolean resumed, JobControl<RestoreStatus> control)
        throws Exception;
  }

  private final Work work;

  public RestoreRequests(Work work) {
    this.work = work;
  }

  @Override
  public Class<RestoreRequest> requestType() {
    return RestoreRequest.class;
  }

  @Override
  public Class<RestoreStatus> statusType() {
    return RestoreStatus.class;
  }

  @Override
  public String id(RestoreRequest request) {
    return request.getRequestId();
  }

  @Override
  public boolean isCancel(RestoreRequest request) {
    return request.getCancel();
  }

  @Override
  public Long requestedAt(RestoreRequest request) {
    return request.getRequestedAt() == null ? null : request.getRequestedAt().toEpochMilli();
  }

  @Override
  public RestoreRequest normalised(RestoreRequest request) {
    return RestoreRequest.newBuilder(request).setCancel(false).setRequestedAt(null).build();
  }

  @Override
  public RestoreStatus accepted(
      RestoreRequest request, String requestSha256, String worker, long now) {
    return RestoreStatus.newBuilder()
        .setRequestId(request.getRequestId())
        .setRequestSha256(requestSha256)
        .setCluster(request.getCluster())
        .setTarget(request.getTarget())
        .setRequestedTo(request.getTo())
        .setState(JobState.ACCEPTED)
        .setWorker(worker)
        .setAcceptedAt(Instant.ofEpochMilli(now))
        .setUpdatedAt(Instant.ofEpochMilli(now))
        .build();
  }

  @Override
  public RestoreStatus rejected(String id, String worker, long now) {
    return RestoreStatus.newBuilder()
        .setRequestId(id)
        .setState(JobState.FAILED)
        .setWorker(worker)
        .setAcceptedAt(Instant.ofEpochMilli(now))
        .setUpdatedAt(Instant.ofEpochMilli(now))
        .build();
  }

  @Override
  public JobState state(RestoreStatus status) {
    return status.getState();
  }

  @Override
  public String requestSha256(RestoreStatus status) {
    return status.getRequestSha256();
  }

  @Override
  public RestoreStatus mark(
      RestoreStatus status, JobState state, Failure failure, String worker, long now) {
    RestoreStatus.Builder marked =
        RestoreStatus.newBuilder(status)
            .setState(state)
            .setFailure(failure)
            .setWorker(worker)
            .setUpdatedAt(Instant.ofEpochMilli(now));
    if (state == JobState.SUCCEEDED) {
      marked.setRtoMillis(now - status.getAcceptedAt().toEpochMilli()).setEstimatedSecondsLeft(0);
    }
    return marked.build();
  }

  @Override
  public void run(RestoreRequest request, boolean resumed, JobControl<RestoreStatus> control)
      throws Exception {
    work.run(request, resumed, control);
  }
}
