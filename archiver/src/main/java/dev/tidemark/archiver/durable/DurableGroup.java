package dev.tidemark.archiver.durable;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.utils.Time;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the durable offsets to a consumer group without members, so that {@code
 * kafka-consumer-groups --describe} shows the archive's true lag.
 *
 * <p>Display only: nothing ever reads it back. A failed write is logged and made up for by the next
 * one. Thread-safe; calls do not wait for the broker.
 */
public final class DurableGroup implements DurableWatch {

  private static final Logger LOG = LoggerFactory.getLogger(DurableGroup.class);

  /** Brokers forget offsets that are not written for days; hourly is often enough. */
  private static final Duration REFRESH = Duration.ofHours(1);

  private final Admin admin;
  private final String group;
  private final Time time;
  private final Map<TopicPartition, Written> written = new ConcurrentHashMap<>();

  private record Written(long offset, long atMillis) {}

  public DurableGroup(Admin admin, String group, Time time) {
    this.admin = admin;
    this.group = group;
    this.time = time;
  }

  /** Unless the group has it already. */
  @Override
  public void show(TopicPartition partition, long offset) {
    long now = time.milliseconds();
    Written last = written.get(partition);
    if (last != null && last.offset == offset && now - last.atMillis < REFRESH.toMillis()) {
      return;
    }
    written.put(partition, new Written(offset, now));
    // Nobody waits for it: what fails is made up for by the next write.
    KafkaFuture<Void> unused =
        admin
            .alterConsumerGroupOffsets(group, Map.of(partition, new OffsetAndMetadata(offset)))
            .all()
            .whenComplete((nothing, failure) -> logged(partition, offset, failure));
  }

  private void logged(TopicPartition partition, long offset, Throwable failure) {
    if (failure != null) {
      written.remove(partition);
      LOG.warn("Group {} cannot be moved to {}@{}", group, partition, offset, failure);
    }
  }
}
