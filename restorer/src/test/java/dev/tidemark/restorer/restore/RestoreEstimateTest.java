package dev.tidemark.restorer.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tidemark.schemas.request.VerifyLevel;
import dev.tidemark.schemas.serde.TrustedRecords;
import dev.tidemark.schemas.status.JobState;
import dev.tidemark.schemas.status.PlanSummary;
import dev.tidemark.schemas.status.RestoreStatus;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class RestoreEstimateTest {

  private static final long MB = 1_000_000;

  private final List<RestoreStatus> known = new ArrayList<>();

  @BeforeAll
  static void trust() {
    TrustedRecords.trust();
  }

  @Test
  void shouldAssumeRatesWhenNothingIsKnown() {
    RestoreEstimate estimate = learned();

    assertThat(estimate.restores()).isZero();
    assertThat(estimate.seconds(200 * MB, 500_000)).isCloseTo(2 + 10 + 10, within(0.001));
  }

  @Test
  void shouldLearnHowFastDocumentsAreWritten() {
    restored(1_000 * MB, 0, 12);

    RestoreEstimate estimate = learned();

    assertThat(estimate.restores()).isEqualTo(1);
    assertThat(estimate.seconds(4_000 * MB, 0)).isCloseTo(42, Percentage.withPercentage(5));
  }

  @Test
  void shouldTellBothRatesApart() {
    restored(1_000 * MB, 100_000, 2 + 10 + 8);
    restored(100 * MB, 2_000_000, 2 + 1 + 160);
    restored(2_000 * MB, 1_000_000, 2 + 20 + 80);

    assertThat(learned().seconds(5_000 * MB, 0)).isCloseTo(52, Percentage.withPercentage(10));
    assertThat(learned().seconds(0, 1_000_000)).isCloseTo(82, Percentage.withPercentage(10));
  }

  @Test
  void shouldNeverPromiseLessThanNothing() {
    restored(1_000 * MB, 10, 300);
    restored(1_000 * MB, 5_000_000, 100);

    assertThat(learned().seconds(0, 5_000_000)).isPositive();
    assertThat(learned().seconds(1_000 * MB, 0)).isPositive();
  }

  @Test
  void shouldLearnFromNothingElseThanWholeRestoresOfThatKind() {
    restored(1_000 * MB, 0, 500);
    RestoreStatus whole = known.remove(0);
    known.add(RestoreStatus.newBuilder(whole).setTarget("other").build());
    known.add(RestoreStatus.newBuilder(whole).setState(JobState.FAILED).build());
    known.add(RestoreStatus.newBuilder(whole).setVerify("NONE").build());
    known.add(RestoreStatus.newBuilder(whole).setWorkMillis(-1).build());
    restored(MB, 100, 1);

    assertThat(learned()).isEqualTo(RestoreEstimate.ASSUMED);
  }

  private RestoreEstimate learned() {
    return RestoreEstimate.learned(known, "scratch", VerifyLevel.FULL);
  }

  private void restored(long baseBytes, long entries, double seconds) {
    known.add(
        RestoreStatus.newBuilder()
            .setRequestId("r" + known.size())
            .setTarget("scratch")
            .setState(JobState.SUCCEEDED)
            .setAcceptedAt(Instant.EPOCH)
            .setUpdatedAt(Instant.EPOCH)
            .setVerify("FULL")
            .setWorkMillis((long) (seconds * 1000))
            .setPlan(
                PlanSummary.newBuilder()
                    .setSnapshotId("s")
                    .setResolved(List.of())
                    .setSegments(0)
                    .setEntries(entries)
                    .setArchivedBytes(0)
                    .setBaseBytes(baseBytes)
                    .build())
            .build());
  }
}
