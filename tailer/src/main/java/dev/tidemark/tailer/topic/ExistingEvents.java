package dev.tidemark.tailer.topic;

import dev.tidemark.tailer.config.OplogSourceConfig;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.utils.Time;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks whether a partition already holds events of a replica set.
 *
 * <p>Whatever converter wrote an event, its bytes contain the set's id as 24 ASCII digits; that is
 * what is looked for, from the end of the partition backwards.
 */
public final class ExistingEvents {

  private static final Logger log = LoggerFactory.getLogger(ExistingEvents.class);
  private static final long FIRST_WINDOW = 1_000;
  private static final Duration POLL = Duration.ofMillis(200);

  private ExistingEvents() {}

  /**
   * Whether there is an event of the set.
   *
   * @param patience a partition shared with busy sets is searched no longer than this
   */
  public static boolean exist(
      OplogSourceConfig config, int partition, String setId, Duration patience, Time time) {
    Map<String, Object> client = config.kafkaClient();
    client.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    client.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    client.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    client.remove(ConsumerConfig.GROUP_ID_CONFIG);
    TopicPartition searched = new TopicPartition(config.topic(), partition);
    byte[] id = setId.getBytes(StandardCharsets.US_ASCII);
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(client, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      consumer.assign(List.of(searched));
      long begin = consumer.beginningOffsets(List.of(searched)).get(searched);
      long end = consumer.endOffsets(List.of(searched)).get(searched);
      long deadline = time.hiResClockMs() + patience.toMillis();
      long window = FIRST_WINDOW;
      while (end > begin) {
        long from = Math.max(begin, end - window);
        consumer.seek(searched, from);
        while (consumer.position(searched) < end) {
          for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
            if (contains(record.value(), id)) {
              return true;
            }
          }
          if (time.hiResClockMs() > deadline) {
            log.warn(
                "No event of set {} was found in {} within {}; older ones were not looked at",
                setId,
                searched,
                patience);
            return false;
          }
        }
        end = from;
        window *= 10;
      }
      return false;
    }
  }

  static boolean contains(byte[] value, byte[] wanted) {
    if (value == null) {
      return false;
    }
    for (int at = 0; at <= value.length - wanted.length; at++) {
      int same = 0;
      while (same < wanted.length && value[at + same] == wanted[same]) {
        same++;
      }
      if (same == wanted.length) {
        return true;
      }
    }
    return false;
  }
}
