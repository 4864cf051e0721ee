package dev.tidemark.tailer.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.mongodb.MongoTimeoutException;
import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.tailer.error.TailerError;
import dev.tidemark.tailer.stack.SteppedTime;
import java.lang.Thread.State;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

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

  @Test
  void shouldAskAgainUntilThereIsAnAnswer() throws InterruptedException {
    Iterator<Boolean> up = List.of(false, false, true).iterator();

    assertThat(
            policy(Duration.ofSeconds(60))
                .retried(
                    "rs0",
                    () -> {
                      if (!up.next()) {
                        throw new MongoTimeoutException("an election");
                      }
                      return "answer";
                    }))
        .isEqualTo("answer");
    assertThat(pauses).hasSize(2);
  }

  @Test
  void shouldNotAskAgainForEver() {
    assertThatThrownBy(
            () ->
                policy(Duration.ofSeconds(60))
                    .retried(
                        "rs0",
                        () -> {
                          time.sleep(20_000);
                          throw new MongoTimeoutException("down");
                        }))
        .isInstanceOfSatisfying(
            TidemarkException.class,
            e -> assertThat(e.code()).isEqualTo(TailerError.TAILER_RETRIES_EXHAUSTED));
    assertThat(pauses).hasSize(3);
  }

  @Test
  void shouldNotAskAgainWhatIsRefused() {
    for (RuntimeException refusal :
        List.of(
            new IllegalStateException("a bug"),
            new TidemarkException(TailerError.TAILER_OFFSET_MISSING, "missing", "", ""),
            new TidemarkException(
                TailerError.TAILER_KAFKA_UNREACHABLE,
                "refused",
                "",
                "",
                new TopicAuthorizationException("oplog-backup")))) {
      assertThatThrownBy(
              () ->
                  policy(null)
                      .retried(
                          "rs0",
                          () -> {
                            throw refusal;
                          }))
          .isSameAs(refusal);
    }
    assertThat(pauses).isEmpty();
  }

  @Test
  @Timeout(60)
  void shouldEndItsPauseWhenTheThreadIsToStop() {
    RetryPolicy sleeping =
        new RetryPolicy(
            new Backoff(Duration.ofDays(1), Duration.ofDays(1), new SplittableRandom(1)),
            null,
            time,
            pause -> Thread.sleep(pause.toMillis()));
    Thread asking = Thread.currentThread();

    assertThatThrownBy(
            () ->
                sleeping.retried(
                    "rs0",
                    () -> {
                      new Thread(
                              () -> {
                                await().until(() -> asking.getState() == State.TIMED_WAITING);
                                asking.interrupt();
                              })
                          .start();
                      throw new MongoTimeoutException("down");
                    }))
        .isInstanceOf(InterruptedException.class);
  }
}
