package dev.tidemark.archiver.pack;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * Consecutive records of a partition as the value of one: what Kafka Streams does for each record
 * takes longer than compressing a small entry does.
 *
 * <p>A pack stands at the offset of its first record, so that a commit before a pack was processed
 * comes back to all of it. Its value holds for each record the offset (8 bytes), the length of the
 * value (4 bytes, -1 if there is none) and the value. Keys and headers are left out. It exists in
 * memory only and is never stored.
 */
public final class RecordPack {

  /** A pack ends with the record that brings it to this size: one of G1's smallest regions. */
  static final int ENOUGH_BYTES = 256 * 1024;

  private static final int HEADER_BYTES = Long.BYTES + Integer.BYTES;
  private static final int NO_VALUE = -1;

  /** Takes the records of a pack. */
  @FunctionalInterface
  public interface Taker {

    /**
     * Takes a record.
     *
     * @param value a view of the pack; null if the record has none
     */
    void take(long offset, ByteBuffer value);
  }

  private RecordPack() {}

  /** Packs the records of each partition, in their order. */
  static ConsumerRecords<byte[], byte[]> pack(ConsumerRecords<byte[], byte[]> records) {
    Map<TopicPartition, List<ConsumerRecord<byte[], byte[]>>> packs = new LinkedHashMap<>();
    for (TopicPartition partition : records.partitions()) {
      packs.put(partition, pack(records.records(partition)));
    }
    return new ConsumerRecords<>(packs, records.nextOffsets());
  }

  private static List<ConsumerRecord<byte[], byte[]>> pack(
      List<ConsumerRecord<byte[], byte[]>> records) {
    List<ConsumerRecord<byte[], byte[]>> packs = new ArrayList<>();
    int from = 0;
    int bytes = 0;
    for (int i = 0; i < records.size(); i++) {
      bytes += HEADER_BYTES + size(records.get(i).value());
      if (bytes >= ENOUGH_BYTES || i == records.size() - 1) {
        packs.add(pack(records.subList(from, i + 1), bytes));
        from = i + 1;
        bytes = 0;
      }
    }
    return packs;
  }

  private static int size(byte[] value) {
    return value == null ? 0 : value.length;
  }

  private static ConsumerRecord<byte[], byte[]> pack(
      List<ConsumerRecord<byte[], byte[]>> records, int bytes) {
    ByteBuffer pack = ByteBuffer.allocate(bytes);
    for (ConsumerRecord<byte[], byte[]> record : records) {
      byte[] value = record.value();
      pack.putLong(record.offset()).putInt(value == null ? NO_VALUE : value.length);
      if (value != null) {
        pack.put(value);
      }
    }
    ConsumerRecord<byte[], byte[]> first = records.get(0);
    ConsumerRecord<byte[], byte[]> last = records.get(records.size() - 1);
    return new ConsumerRecord<>(
        first.topic(),
        first.partition(),
        first.offset(),
        last.timestamp(),
        last.timestampType(),
        ConsumerRecord.NULL_SIZE,
        bytes,
        null,
        pack.array(),
        new RecordHeaders(),
        first.leaderEpoch());
  }

  /**
   * Hands the records of a pack on, one after the other.
   *
   * @param pack the value of a record that {@link #pack} made
   */
  public static void unpack(byte[] pack, Taker taker) {
    ByteBuffer in = ByteBuffer.wrap(pack);
    while (in.hasRemaining()) {
      long offset = in.getLong();
      int length = in.getInt();
      if (length == NO_VALUE) {
        taker.take(offset, null);
      } else {
        taker.take(offset, in.slice(in.position(), length));
        in.position(in.position() + length);
      }
    }
  }
}
