package dev.tidemark.tailer.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class PartitionMapTest {

  private static final String ID = "65aa0f0e6f2b4c0d9e8f7a61";

  @Test
  void shouldPreferTheIdToTheName() {
    PartitionMap map = PartitionMap.parse(List.of("rs0:3", ID + ":5"));

    assertThat(map.partition("rs0", ID, 16)).isEqualTo(5);
    assertThat(map.partition("rs0", "another", 16)).isEqualTo(3);
  }

  @Test
  void shouldHashTheIdWhenNothingWasChosen() {
    PartitionMap map = PartitionMap.parse(List.of());

    int partition = map.partition("rs0", ID, 16);

    // A golden value: another one would move sets to other partitions at their first start.
    assertThat(partition).isEqualTo(13);
    assertThat(map.partition("renamed", ID, 16)).isEqualTo(partition);
  }
}
