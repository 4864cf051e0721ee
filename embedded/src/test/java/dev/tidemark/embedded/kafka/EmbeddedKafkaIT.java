package dev.tidemark.embedded.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemark.embedded.stack.PortInUseException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedKafkaIT {

  @TempDir private Path directory;

  @Test
  void shouldKeepWhatWasCommittedWhenItIsStartedAgain() throws Exception {
    try (EmbeddedKafka kafka = EmbeddedKafka.start(directory)) {
      try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
        admin.createTopics(List.of(new NewTopic("t", 3, (short) 1))).all().get();
      }
      produceInTransaction(kafka, "a", "b");
    }
    try (EmbeddedKafka kafka = EmbeddedKafka.start(directory)) {
      assertThat(consumeCommitted(kafka, 2)).containsExactlyInAnyOrder("a", "b");
    }
  }

  @Test
  void shouldNameThePortWhenItIsInUse() {
    try (EmbeddedKafka kafka = EmbeddedKafka.start(directory.resolve("first"))) {
      int port = Integer.parseInt(kafka.bootstrapServers().split(":")[1]);
      assertThatThrownBy(() -> EmbeddedKafka.start(directory.resolve("second"), port))
          .isInstanceOf(PortInUseException.class)
          .hasMessage("kafka: port " + port + " of 127.0.0.1 is in use");
    }
  }

  private static void produceInTransaction(EmbeddedKafka kafka, String... values) throws Exception {
    Map<String, Object> config =
        Map.of("bootstrap.servers", kafka.bootstrapServers(), "transactional.id", "it");
    try (KafkaProducer<String, String> producer =
        new KafkaProducer<>(config, new StringSerializer(), new StringSerializer())) {
      producer.initTransactions();
      producer.beginTransaction();
      for (String value : values) {
        producer.send(new ProducerRecord<>("t", value)).get();
      }
      producer.commitTransaction();
    }
  }

  private static List<String> consumeCommitted(EmbeddedKafka kafka, int count) {
    Map<String, Object> config =
        Map.of(
            "bootstrap.servers",
            kafka.bootstrapServers(),
            "group.id",
            "it",
            "auto.offset.reset",
            "earliest",
            "isolation.level",
            "read_committed");
    List<String> values = new ArrayList<>();
    long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    try (KafkaConsumer<String, String> consumer =
        new KafkaConsumer<>(config, new StringDeserializer(), new StringDeserializer())) {
      consumer.subscribe(List.of("t"));
      while (values.size() < count && System.nanoTime() < deadline) {
        for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofMillis(200))) {
          values.add(record.value());
        }
      }
    }
    return values;
  }
}
