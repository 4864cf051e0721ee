package dev.tidemark.cli.demo.captured;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FeedScheduleTest {

  @Test
  void shouldTellWhenEachEntryWasDueButTheFirstWhichWasThereBefore() {
    FeedSchedule schedule = new FeedSchedule(1_000);
    schedule.begin(50_000);
    assertThat(schedule.applyAsLong(null)).isNegative();
    assertThat(schedule.applyAsLong(null)).isEqualTo(50_001);
    assertThat(schedule.applyAsLong(null)).isEqualTo(50_002);
  }
}
