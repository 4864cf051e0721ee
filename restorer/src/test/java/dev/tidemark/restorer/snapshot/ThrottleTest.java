package dev.tidemark.restorer.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.restorer.fixture.SteppedTime;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ThrottleTest {

  private final SteppedTime time = new SteppedTime(Instant.EPOCH);

  @Test
  void shouldTakeAsLongAsTheBoundSaysWhenReadersPay() {
    Throttle throttle = new Throttle(1_000_000, time);

    for (int i = 0; i < 10; i++) {
      throttle.pay(500_000);
    }

    assertThat(time.milliseconds()).isBetween(4_990L, 5_010L);
  }

  @Test
  void shouldNotSaveUpWhatWasNotUsed() {
    Throttle throttle = new Throttle(1_000_000, time);
    time.step(Duration.ofMinutes(1));
    long before = time.milliseconds();

    throttle.pay(2_000_000);

    assertThat(time.milliseconds() - before).isBetween(1_990L, 2_010L);
  }

  @Test
  void shouldNotWaitWhenThereIsNoBound() {
    new Throttle(0, time).pay(Long.MAX_VALUE / 2);

    assertThat(time.milliseconds()).isZero();
  }
}
