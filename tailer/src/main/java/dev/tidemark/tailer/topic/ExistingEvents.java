package dev.tidemark.tailer.topic;

import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.tailer.config.OplogSourceConfig;
import dev.tidemark.tailer.error.TailerError;
import dev.tidemark.tailer.event.EventTarget;
import dev.tidemark.tailer.position.SourcePartition;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.utils.Time;

/**
 * Looks whether a partition already holds events of a replica set.
 *
 * <p>Whatever converter wrote an event, its bytes contain the set's id as 24 ASCII digits; that is
 * what is looked for, from the end of the partition backwards.
 */
public final class ExistingEvents {

  private static final long FIRST_WINDOW = 1_000;
  private static final Duration POLL = Duration.ofMillis(200);

  private ExistingEvents() {}

  /**
   * Whether there is an event of the set.
   *
   * @param patience a partition shared with busy sets is searched no longer than this
   * @throws TidemarkException {@code TAILER_OFFSET_UNCERTAIN} if none was found in that time but
   *     the partition holds more, {@code TAILER_KAFKA_UNREACHABLE}
   */
  public static boolean exist(
      OplogSourceConfig config, EventTarget target, Duration patience, Time time) {
    Map<String, Object> client = config.kafkaClient();
    client.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    client.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    client.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    client.put(
        ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, (int) config.connectTimeout().toMillis());
    client.remove(ConsumerConfig.GROUP_ID_CONFIG);
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(client, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      return exist(consumer, target, patience, time);
    } catch (InterruptException e) {
      throw e;
    } catch (KafkaException e) {
      throw new TidemarkException(
          TailerError.TAILER_KAFKA_UNREACHABLE,
          "the partition cannot be read: " + e.getMessage(),
          target.toString(),
          "Check the brokers, and that the user may read the topic",
          e);
    }
  }

  static boolean exist(
      Consumer<byte[], byte[]> consumer, EventTarget target, Duration patience, Time time) {
    TopicPartition searched = new TopicPartition(target.topic(), target.partition());
    byte[] id = target.source().setId().getBytes(StandardCharsets.US_ASCII);
    consumer.assign(List.of(searched));
    long begin = consumer.beginningOffsets(List.of(searched)).get(searched);
    long end = consumer.endOffsets(List.of(searched)).get(searched);
    long deadline = time.hiResClockMs() + patience.toMillis();
    long window = FIRST_WINDOW;
    while (end > begin) {
      long from = Math.max(begin, end - window);
      consumer.seek(searched, from);
      while (consumer.position(searched) < end) {
        if (time.hiResClockMs() > deadline) {
          throw uncertain(target, patience);
        }
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
          if (contains(record.value(), id)) {
            return true;
          }
        }
      }
      end = from;
      window *= 10;
    }
    return false;
  }

  private static TidemarkException uncertain(EventTarget target, Duration patience) {
    SourcePartition source = target.source();
    return new TidemarkException(
        TailerError.TAILER_OFFSET_UNCERTAIN,
        "this connector has no offset for the set, and whether the partition already holds events"
            + " of it was not found out within "
            + patience.toSeconds()
            + " s",
        target + ", replica set " + source.replicaSet() + " (" + source.setId() + ")",
        "If the set was never captured, or may begin anew behind a start marker, set"
            + " on.existing.events=continue; if it was, use the connector's former name again or"
            + " set its offset; to search less, give the set a partition of its own in"
            + " partition.map");
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
