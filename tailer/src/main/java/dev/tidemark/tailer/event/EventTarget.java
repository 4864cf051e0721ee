package dev.tidemark.tailer.event;

import dev.tidemark.tailer.position.SourcePartition;

/**
 * Where the events of one replica set go.
 *
 * @param source the set
 * @param topic name of the topic
 * @param partition the one partition that keeps the set's order
 */
public record EventTarget(SourcePartition source, String topic, int partition) {

  /** Topic and partition, for messages. */
  @Override
  public String toString() {
    return topic + "-" + partition;
  }
}
