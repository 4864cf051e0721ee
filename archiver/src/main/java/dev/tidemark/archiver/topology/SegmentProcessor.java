package dev.tidemark.archiver.topology;

import dev.tidemark.archiver.pack.RecordPack;
import dev.tidemark.archiver.partition.PartitionArchiver;
import dev.tidemark.archiver.partition.Workshop;
import dev.tidemark.oplog.optime.Optime;
import dev.tidemark.schemas.archive.SegmentIndexEntry;
import java.time.Duration;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/**
 * Hands the records in the packs of a task's partition on, and sends the index entries that come
 * back.
 */
final class SegmentProcessor implements Processor<byte[], byte[], String, SegmentIndexEntry> {

  private static final Duration TICK = Duration.ofMillis(50);

  private final String topic;
  private final Workshop workshop;
  private ProcessorContext<String, SegmentIndexEntry> context;
  private PartitionArchiver archiver;

  SegmentProcessor(String topic, Workshop workshop) {
    this.topic = topic;
    this.workshop = workshop;
  }

  @Override
  public void init(ProcessorContext<String, SegmentIndexEntry> processorContext) {
    context = processorContext;
    TopicPartition partition = new TopicPartition(topic, context.taskId().partition());
    archiver = new PartitionArchiver(partition, workshop, this::publish);
    context.schedule(TICK, PunctuationType.WALL_CLOCK_TIME, now -> archiver.tick());
  }

  @Override
  public void process(Record<byte[], byte[]> pack) {
    RecordPack.unpack(pack.value(), archiver::record);
  }

  private void publish(SegmentIndexEntry entry) {
    context.forward(new Record<>(key(entry), entry, context.currentSystemTimeMs()));
  }

  /** The set and the first optime, so that a repeated entry replaces itself. */
  private static String key(SegmentIndexEntry entry) {
    return "%s-%s/%016x"
        .formatted(entry.getSource(), entry.getSetId(), new Optime(entry.getFirstTs()).value());
  }

  @Override
  public void close() {
    if (archiver != null) {
      archiver.close();
    }
  }
}
