package dev.tidemark.tailer.topic;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TopicSettingsTest {

  @Test
  void shouldAcceptASafeTopic() {
    assertThat(new TopicSettings("delete", false, 18_874_368).problems("t")).isEmpty();
  }

  @Test
  void shouldNameEveryDangerWithItsRemedy() {
    assertThat(new TopicSettings("compact,delete", true, 1_048_588).problems("t"))
        .satisfiesExactly(
            p -> assertThat(p).contains("compaction").contains("cleanup.policy=delete"),
            p -> assertThat(p).contains("unclean.leader.election.enable=false"),
            p -> assertThat(p).contains("1048588").contains("max.message.bytes=18874368"));
  }
}
