package dev.tidemark.archiver.pack;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class RecordPackTest {

  private static final TopicPartition FIRST = new TopicPartition("oplog-backup", 0);
  private static final TopicPartition SECOND = new TopicPartition("oplog-backup", 1);

  private static ConsumerRecord<byte[], byte[]> record(
      TopicPartition partition, long offset, byte[] value) {
    return new ConsumerRecord<>(partition.topic(), partition.partition(), offset, null, value);
  }

  private static byte[] value(int length, int content) {
    byte[] value = new byte[length];
    value[0] = (byte) content;
    return value;
  }

  private static List<ConsumerRecord<byte[], byte[]>> pack(
      List<ConsumerRecord<byte[], byte[]>> records) {
    return RecordPack.pack(new ConsumerRecords<>(Map.of(FIRST, records), Map.of())).records(FIRST);
  }

  private static List<String> unpack(byte[] pack) {
    List<String> records = new ArrayList<>();
    RecordPack.unpack(
        pack,
        (offset, value) ->
            records.add(
                value == null
                    ? offset + ":none"
                    : "%d:%d bytes:%d".formatted(offset, value.remaining(), value.get(0))));
    return records;
  }

  @Test
  void shouldGiveBackOffsetsAndValuesInTheirOrder() {
    List<ConsumerRecord<byte[], byte[]>> packs =
        pack(
            List.of(
                record(FIRST, 7, value(3, 1)),
                record(FIRST, 9, null),
                record(FIRST, 10, value(300, 2))));

    assertThat(packs).hasSize(1);
    assertThat(unpack(packs.get(0).value()))
        .containsExactly("7:3 bytes:1", "9:none", "10:300 bytes:2");
  }

  @Test
  void shouldTellAnEmptyValueFromNone() {
    List<ByteBuffer> values = new ArrayList<>();
    RecordPack.unpack(
        pack(List.of(record(FIRST, 1, new byte[0]))).get(0).value(),
        (offset, value) -> values.add(value));

    assertThat(values).containsExactly(ByteBuffer.allocate(0));
  }

  @Test
  void shouldStandAtItsFirstRecordSoThatACommitComesBackToAllOfIt() {
    ConsumerRecord<byte[], byte[]> pack =
        pack(List.of(record(FIRST, 7, value(3, 1)), record(FIRST, 9, value(3, 2)))).get(0);

    assertThat(pack.offset()).isEqualTo(7);
  }

  @Test
  void shouldEndAPackOnceItIsLargeEnough() {
    int length = RecordPack.ENOUGH_BYTES / 4;
    List<ConsumerRecord<byte[], byte[]>> packs =
        pack(
            IntStream.range(0, 9)
                .mapToObj(offset -> record(FIRST, offset, value(length, offset)))
                .toList());

    assertThat(packs).extracting(ConsumerRecord::offset).containsExactly(0L, 4L, 8L);
  }

  @Test
  void shouldTakeARecordOfAnySize() {
    List<ConsumerRecord<byte[], byte[]>> packs =
        pack(
            List.of(
                record(FIRST, 0, value(RecordPack.ENOUGH_BYTES * 5, 1)),
                record(FIRST, 1, value(1, 2))));

    assertThat(packs).extracting(ConsumerRecord::offset).containsExactly(0L, 1L);
    assertThat(unpack(packs.get(0).value()))
        .containsExactly("0:%d bytes:1".formatted(RecordPack.ENOUGH_BYTES * 5));
  }

  @Test
  void shouldKeepPartitionsApartAndSayWhereEachGoesOn() {
    ConsumerRecords<byte[], byte[]> packs =
        RecordPack.pack(
            new ConsumerRecords<>(
                Map.of(
                    FIRST, List.of(record(FIRST, 5, value(1, 1))),
                    SECOND, List.of(record(SECOND, 6, value(1, 2)))),
                Map.of(FIRST, new OffsetAndMetadata(8), SECOND, new OffsetAndMetadata(7))));

    assertThat(unpack(packs.records(FIRST).get(0).value())).containsExactly("5:1 bytes:1");
    assertThat(unpack(packs.records(SECOND).get(0).value())).containsExactly("6:1 bytes:2");
    assertThat(packs.nextOffsets())
        .containsEntry(FIRST, new OffsetAndMetadata(8))
        .containsEntry(SECOND, new OffsetAndMetadata(7));
  }
}
