package dev.tidemark.benchmarks.archive;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;

/** How far the archive is, as an operator sees it: by the group {@code -durable}. */
record DurableOffsets(Admin admin, String topic, int partitions) {

  /** The offset of each partition before which everything is archived. */
  long[] now() throws ExecutionException, InterruptedException {
    long[] offsets = new long[partitions];
    admin
        .listConsumerGroupOffsets("bench-durable")
        .partitionsToOffsetAndMetadata()
        .get()
        .forEach((partition, offset) -> offsets[partition.partition()] = offset.offset());
    return offsets;
  }

  /** Where each partition ends. */
  long[] ends() throws ExecutionException, InterruptedException {
    Map<TopicPartition, OffsetSpec> wanted = new HashMap<>();
    for (int partition = 0; partition < partitions; partition++) {
      wanted.put(new TopicPartition(topic, partition), OffsetSpec.latest());
    }
    long[] offsets = new long[partitions];
    admin
        .listOffsets(wanted)
        .all()
        .get()
        .forEach((partition, end) -> offsets[partition.partition()] = end.offset());
    return offsets;
  }
}
