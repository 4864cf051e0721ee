package dev.tidemark.archiver.durable;

import org.apache.kafka.common.TopicPartition;

/** Is told how far the archive of a partition has got. Must not wait. */
@FunctionalInterface
public interface DurableWatch {

  /** Everything before an offset is in the archive; told again and again. */
  void show(TopicPartition partition, long offset);
}
