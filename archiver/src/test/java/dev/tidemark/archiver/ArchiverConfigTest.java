package dev.tidemark.archiver;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.streams.StreamsConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ArchiverConfigTest {

  /** The settings with which Streams starts the consumer that reads the topic. */
  private static Map<String, Object> consumer(Map<String, String> operators) {
    Map<String, String> settings = new HashMap<>(operators);
    settings.put("bootstrap.servers", "127.0.0.1:1");
    settings.put("schema.registry.url", "http://127.0.0.1:1");
    settings.put("archive.url", "file:/archive");
    settings.put("cluster", "shop");
    return new StreamsConfig(new ArchiverConfig(settings).streams())
        .getMainConsumerConfigs("group", "client", 0);
  }

  @ParameterizedTest
  @ValueSource(strings = {"max.poll.records", "fetch.max.bytes", "session.timeout.ms"})
  void shouldPassOnWhatTheOperatorSetsWithAndWithoutThePrefix(String name) {
    assertThat(consumer(Map.of(name, "7001"))).containsEntry(name, "7001");
    assertThat(consumer(Map.of("consumer." + name, "7002"))).containsEntry(name, "7002");
    assertThat(consumer(Map.of(name, "7001", "consumer." + name, "7002")))
        .as("the prefixed one counts, as in every application of Streams")
        .containsEntry(name, "7002");
  }

  @Test
  void shouldReadManySmallRecordsAtATimeUnlessToldOtherwise() {
    assertThat(consumer(Map.of()))
        .containsEntry(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 2_000)
        .containsEntry(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, 8 << 20)
        .containsEntry(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, 10_000);
  }
}
