package dev.tidemark.tailer.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.tailer.error.TailerError;
import dev.tidemark.tailer.stack.SteppedTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class RetryPolicyTest {

  private static final TidemarkException FAULT =
      new TidemarkException(TailerError.TAILER_CURSOR_LOST, "lost", "rs0", "It is tried again");

  private final SteppedTime time = new SteppedTime();
  private final List<Duration> pauses = new ArrayList<>();

  private RetryPolicy policy(Duration timeout) {
    return new RetryPolicy(
        new Backoff(Duration.ofMillis(100), Duration.ofSeconds(1), new SplittableRandom(1)),
        timeout,
        time,
        pauses::add);
  }

  @Test
  void shouldPauseForEverWithoutABound() throws InterruptedException {
    RetryPolicy policy = policy(null);
    for (int i = 0; i < 100; i++) {
      policy.pauseAfter(FAULT);
      time.sleep(60_000);
    }

    assertThat(pauses).hasSize(100);
  }

  @Test
  void shouldGiveUpWhenFaultsLastLongerThanTheBound() throws InterruptedException {
    RetryPolicy policy = policy(Duration.ofSeconds(10));
    policy.pauseAfter(FAULT);
    time.sleep(9_999);
    policy.pauseAfter(FAULT);
    time.sleep(1);

    assertThatThrownBy(() -> policy.pauseAfter(FAULT))
        .isInstanceOfSatisfying(
            TidemarkException.class,
            e -> assertThat(e.code()).isEqualTo(TailerError.TAILER_RETRIES_EXHAUSTED))
        .hasMessageContaining("lost");
  }

  @Test
  void shouldBeginAnewAfterASuccess() throws InterruptedException {
    RetryPolicy policy = policy(Duration.ofSeconds(10));
    policy.pauseAfter(FAULT);
    time.sleep(9_999);
    policy.succeeded();
    time.sleep(9_999);
    policy.pauseAfter(FAULT);

    assertThat(pauses.get(1)).isLessThanOrEqualTo(Duration.ofMillis(100));
  }
}
