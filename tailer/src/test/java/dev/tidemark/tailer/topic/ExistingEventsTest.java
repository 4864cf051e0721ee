package dev.tidemark.tailer.topic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.tailer.error.TailerError;
import dev.tidemark.tailer.event.EventTarget;
import dev.tidemark.tailer.position.SourcePartition;
import dev.tidemark.tailer.stack.SteppedTime;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class ExistingEventsTest {

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static final String ID = "65aa0f0e6f2b4c0d9e8f7a61";
  private static final TopicPartition PARTITION = new TopicPartition("oplog-backup", 0);

  private final SteppedTime time = new SteppedTime();

  /** A partition of records, each of which takes a second to read. */
  private MockConsumer<byte[], byte[]> partition(String... values) {
    MockConsumer<byte[], byte[]> consumer =
        new MockConsumer<>("none") {
          @Override
          public synchronized ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
            time.sleep(1_000L * values.length);
            return super.poll(timeout);
          }
        };
    consumer.updateBeginningOffsets(Map.of(PARTITION, 0L));
    consumer.updateEndOffsets(Map.of(PARTITION, (long) values.length));
    consumer.schedulePollTask(
        () -> {
          for (int i = 0; i < values.length; i++) {
            consumer.addRecord(
                new ConsumerRecord<>(PARTITION.topic(), 0, i, null, bytes(values[i])));
          }
        });
    return consumer;
  }

  private boolean exist(MockConsumer<byte[], byte[]> consumer) {
    return ExistingEvents.exist(
        consumer,
        new EventTarget(new SourcePartition("rs0", ID), PARTITION.topic(), PARTITION.partition()),
        Duration.ofSeconds(10),
        time);
  }

  @Test
  void shouldSearchAPartitionToItsBeginning() {
    assertThat(exist(partition("..", ".." + ID, ".."))).isTrue();
    assertThat(exist(partition("..", ".."))).isFalse();
    assertThat(exist(partition())).isFalse();
  }

  @Test
  void shouldNotTakeASearchThatWasBrokenOffForOneThatFoundNothing() {
    MockConsumer<byte[], byte[]> endless = partition("..");
    endless.updateEndOffsets(Map.of(PARTITION, 100L));

    assertThatThrownBy(() -> exist(endless))
        .isInstanceOfSatisfying(
            TidemarkException.class,
            e -> {
              assertThat(e.code()).isEqualTo(TailerError.TAILER_OFFSET_UNCERTAIN);
              assertThat(e.getMessage()).contains("oplog-backup-0", ID, "on.existing.events");
            });
  }

  @Test
  void shouldFindTheIdAnywhereInAValue() {
    byte[] id = bytes("65aa0f0e6f2b4c0d9e8f7a61");

    assertThat(ExistingEvents.contains(bytes("..65aa0f0e6f2b4c0d9e8f7a61.."), id)).isTrue();
    assertThat(ExistingEvents.contains(bytes("65aa0f0e6f2b4c0d9e8f7a61"), id)).isTrue();
    assertThat(ExistingEvents.contains(bytes("6565aa0f0e6f2b4c0d9e8f7a61"), id)).isTrue();
    assertThat(ExistingEvents.contains(bytes("..65aa0f0e6f2b4c0d9e8f7a6"), id)).isFalse();
    assertThat(ExistingEvents.contains(bytes(""), id)).isFalse();
    assertThat(ExistingEvents.contains(null, id)).isFalse();
  }
}
