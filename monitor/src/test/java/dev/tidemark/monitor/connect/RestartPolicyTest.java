package dev.tidemark.monitor.connect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.monitor.SteppedClock;
import dev.tidemark.monitor.connect.RestartPolicy.Verdict;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RestartPolicyTest {

  private static final String LOST =
      "o.a.k.ConnectException: TAILER_CURSOR_LOST: gone (rs0)\n\tat x";
  private static final String GAP =
      "o.a.k.ConnectException: TAILER_OPLOG_GAP: lost 1:1 (rs0)\n\tat x";
  private static final String OWN = "o.a.k.errors.TimeoutException: Timed out\n\tat x";

  private final SteppedClock clock = new SteppedClock();
  private final RestartPolicy policy = new RestartPolicy(Set.of("TAILER_CURSOR_LOST"), 3);

  private Verdict failed(String trace) {
    return policy.judge(new TaskState("oplog", 0, "FAILED", trace), clock.instant());
  }

  private Verdict running() {
    return policy.judge(new TaskState("oplog", 0, "RUNNING", ""), clock.instant());
  }

  @Test
  void shouldRestartWithGrowingPausesAndThenGiveUp() {
    assertThat(failed(LOST)).isEqualTo(Verdict.RESTART);
    assertThat(failed(LOST)).isEqualTo(Verdict.PAUSE);
    clock.step(Duration.ofSeconds(5));
    assertThat(failed(LOST)).isEqualTo(Verdict.RESTART);
    clock.step(Duration.ofSeconds(9));
    assertThat(failed(LOST)).isEqualTo(Verdict.PAUSE);
    clock.step(Duration.ofSeconds(1));
    assertThat(failed(LOST)).isEqualTo(Verdict.RESTART);
    clock.step(Duration.ofHours(1));

    assertThat(failed(LOST)).isEqualTo(Verdict.GIVE_UP);
  }

  @Test
  void shouldLeaveAFailureThatNeedsAPerson() {
    assertThat(failed(GAP)).isEqualTo(Verdict.GIVE_UP);
  }

  @Test
  void shouldRestartAfterAFailureOfConnectItself() {
    assertThat(failed(OWN)).isEqualTo(Verdict.RESTART);
  }

  @Test
  void shouldBeginAnewOnceATaskHasRunForLong() {
    for (int i = 0; i < 3; i++) {
      assertThat(failed(LOST)).isEqualTo(Verdict.RESTART);
      clock.step(Duration.ofMinutes(1));
    }
    assertThat(running()).isEqualTo(Verdict.FINE);
    assertThat(failed(LOST)).isEqualTo(Verdict.GIVE_UP);
    clock.step(Duration.ofMinutes(6));
    assertThat(running()).isEqualTo(Verdict.FINE);

    assertThat(failed(LOST)).isEqualTo(Verdict.RESTART);
  }
}
