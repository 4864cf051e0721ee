package dev.tidemark.restorer.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemark.schemas.request.RestoreRequest;
import dev.tidemark.schemas.request.SnapshotRequest;
import dev.tidemark.schemas.status.Failure;
import dev.tidemark.schemas.status.JobState;
import dev.tidemark.schemas.status.RestoreStatus;
import dev.tidemark.schemas.status.SnapshotStatus;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JobKindTest {

  private static final long NOW = 1_705_654_321_000L;

  private final JobKind<RestoreRequest, RestoreStatus> restores =
      new JobKind<>(RestoreRequest.class, RestoreStatus.class, new Labels());

  @Test
  void shouldSayInTheFirstStatusWhatWasAskedFor() {
    RestoreStatus status = restores.accepted(request().build(), "abc", "w1", NOW);

    assertThat(status.getRequestId()).isEqualTo("r1");
    assertThat(status.getCluster()).isEqualTo("shop");
    assertThat(status.getTarget()).isEqualTo("spare");
    assertThat(status.getRequestedTo()).isEqualTo("latest");
    assertThat(status.getRequestSha256()).isEqualTo("abc");
    assertThat(status.getWorker()).isEqualTo("w1");
    assertThat(status.getAcceptedAt()).isEqualTo(Instant.ofEpochMilli(NOW));
    assertThat(restores.state(status)).isEqualTo(JobState.ACCEPTED);
    assertThat(status)
        .as("the rest has the defaults of the schema")
        .isEqualTo(
            RestoreStatus.newBuilder()
                .setRequestId("r1")
                .setCluster("shop")
                .setTarget("spare")
                .setRequestedTo("latest")
                .setRequestSha256("abc")
                .setWorker("w1")
                .setState(JobState.ACCEPTED)
                .setAcceptedAt(Instant.ofEpochMilli(NOW))
                .setUpdatedAt(Instant.ofEpochMilli(NOW))
                .build());
  }

  @Test
  void shouldGiveEveryStatusListsOfItsOwn() {
    RestoreStatus one = restores.rejected("r1", "w1", NOW);
    one.getWarnings().add("only here");

    assertThat(restores.rejected("r2", "w1", NOW).getWarnings()).isEmpty();
  }

  @Test
  void shouldTakeRepeatedRequestsForTheSameOne() {
    RestoreRequest first = request().setRequestedAt(Instant.ofEpochMilli(NOW)).build();
    RestoreRequest again = request().setRequestedAt(Instant.ofEpochMilli(NOW + 5)).build();
    RestoreRequest other = request().setRename(Map.of("a.b", "c.d")).build();

    assertThat(restores.normalised(first)).isEqualTo(restores.normalised(again));
    assertThat(restores.normalised(first)).isNotEqualTo(restores.normalised(other));
    assertThat(first.getRequestedAt()).as("a copy is changed, not the request").isNotNull();
    assertThat(restores.requestedAt(first)).isEqualTo(NOW);
    assertThat(restores.requestedAt(restores.normalised(first))).isNull();
  }

  @Test
  void shouldKeepTheStatusThatItMarks() {
    RestoreStatus accepted = restores.accepted(request().build(), "abc", "w1", NOW);
    Failure failure = new Failure("CODE", "why", "where", "what to do");

    RestoreStatus failed = restores.mark(accepted, JobState.FAILED, failure, "w2", NOW + 10);

    assertThat(failed.getFailure()).isEqualTo(failure);
    assertThat(failed.getWorker()).isEqualTo("w2");
    assertThat(failed.getUpdatedAt()).isEqualTo(Instant.ofEpochMilli(NOW + 10));
    assertThat(failed.getRtoMillis()).as("no RTO without success").isEqualTo(-1);
    assertThat(accepted.getState()).isEqualTo(JobState.ACCEPTED);
    assertThat(accepted.getFailure()).isNull();
  }

  @Test
  void shouldLetTheWorkCompleteTheStatusOfASuccess() {
    RestoreStatus accepted = restores.accepted(request().build(), "abc", "w1", NOW);

    RestoreStatus done = restores.mark(accepted, JobState.SUCCEEDED, null, "w1", NOW + 1_500);

    assertThat(done.getRtoMillis()).isEqualTo(1_500);
  }

  @Test
  void shouldRejectWithoutKnowingTheCluster() {
    JobKind<SnapshotRequest, SnapshotStatus> snapshots =
        new JobKind<>(
            SnapshotRequest.class, SnapshotStatus.class, (request, resumed, control) -> {});

    SnapshotStatus status = snapshots.rejected("s1", "w1", NOW);

    assertThat(status.getCluster()).isEmpty();
    assertThat(status.getDocumentsTotal()).isEqualTo(-1);
    assertThat(snapshots.state(status)).isEqualTo(JobState.FAILED);
  }

  @Test
  void shouldRefuseTypesThatAreNoRequests() {
    assertThatThrownBy(
            () ->
                new JobKind<>(
                    Failure.class, RestoreStatus.class, (request, resumed, control) -> {}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Failure has no field requestId");
  }

  private static RestoreRequest.Builder request() {
    return RestoreRequest.newBuilder()
        .setRequestId("r1")
        .setCluster("shop")
        .setTarget("spare")
        .setTo("latest");
  }

  /** Work that adds to statuses and does nothing else. */
  private static final class Labels implements JobWork<RestoreRequest, RestoreStatus> {
    @Override
    public void run(RestoreRequest request, boolean resumed, JobControl<RestoreStatus> control) {}

    @Override
    public RestoreStatus describe(RestoreRequest request, RestoreStatus status) {
      return RestoreStatus.newBuilder(status).setRequestedTo(request.getTo()).build();
    }

    @Override
    public RestoreStatus succeeded(RestoreStatus status) {
      return RestoreStatus.newBuilder(status)
          .setRtoMillis(
              status.getUpdatedAt().toEpochMilli() - status.getAcceptedAt().toEpochMilli())
          .build();
    }
  }
}
