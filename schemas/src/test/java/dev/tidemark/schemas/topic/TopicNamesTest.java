package dev.tidemark.schemas.topic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.junit.jupiter.api.Test;

class TopicNamesTest {

  private final ConfigDef definition = TopicNames.define(new ConfigDef());

  @Test
  void shouldUseTheDefaultNamesUnlessConfigured() {
    assertThat(TopicNames.of(definition.parse(Map.of()))).isEqualTo(TopicNames.DEFAULT);

    TopicNames names =
        TopicNames.of(definition.parse(Map.of("topics.oplog-backup", "prod.oplog-backup")));
    assertThat(names.oplogBackup()).isEqualTo("prod.oplog-backup");
    assertThat(names.restoreStatus()).isEqualTo("restore-status");
  }

  @Test
  void shouldRefuseAnEmptyName() {
    assertThatThrownBy(() -> definition.parse(Map.of("topics.snapshots", "")))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("topics.snapshots");
  }
}
