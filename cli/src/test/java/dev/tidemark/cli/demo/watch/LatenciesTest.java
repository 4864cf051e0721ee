package dev.tidemark.cli.demo.watch;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LatenciesTest {

  private final Latencies latencies = new Latencies();

  @Test
  void shouldSayMinusOneWhenThereAreNoSamples() {
    assertThat(latencies.quantile(0.5)).isEqualTo(-1);
  }

  @Test
  void shouldFindTheSmallestSampleThatTheShareDoesNotExceed() {
    for (int i = 20_000; i >= 1; i--) {
      latencies.add(i);
    }
    assertThat(latencies.quantile(0.5)).isEqualTo(10_000);
    assertThat(latencies.quantile(0.99)).isEqualTo(19_800);
    assertThat(latencies.quantile(1)).isEqualTo(20_000);
  }

  @Test
  void shouldTakeClocksThatDisagreeAsNoLag() {
    latencies.add(-3);
    assertThat(latencies.quantile(1)).isZero();
  }
}
