package dev.tidemark.tailer.fault;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class BackoffTest {

  private static final Duration MIN = Duration.ofMillis(100);
  private static final Duration MAX = Duration.ofSeconds(1);

  @Test
  void shouldDoubleUpToItsBoundWithinHalfOfJitter() {
    Backoff backoff = new Backoff(MIN, MAX, new SplittableRandom(1));

    for (long expected : new long[] {100, 200, 400, 800, 1_000, 1_000}) {
      assertThat(backoff.next().toMillis()).isBetween(expected / 2, expected);
    }
    backoff.reset();
    assertThat(backoff.next().toMillis()).isBetween(50L, 100L);
  }
}
