package dev.tidemark.restorer.snapshot;

import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.restorer.RestorerError;
import dev.tidemark.schemas.archive.SnapshotSummary;
import dev.tidemark.schemas.registry.SchemaRegistry;
import dev.tidemark.schemas.serde.AvroSerializer;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Tells the topic of snapshots about new ones. Thread-safe. */
public final class SnapshotAnnouncer implements Consumer<SnapshotSummary>, AutoCloseable {

  private final String topic;
  private final KafkaProducer<String, byte[]> producer;
  private final AvroSerializer<SnapshotSummary> serializer;

  public SnapshotAnnouncer(
      Map<String, Object> clientSettings, String topic, SchemaRegistry registry) {
    Map<String, Object> settings = new HashMap<>(clientSettings);
    settings.put(ProducerConfig.ACKS_CONFIG, "all");
    this.topic = topic;
    this.serializer = new AvroSerializer<>(registry);
    this.producer =
        new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer());
  }

  /**
   * Publishes a summary and waits until the brokers have it.
   *
   * @throws TidemarkException KAFKA_FAILED
   */
  @Override
  public void accept(SnapshotSummary summary) {
    try {
      producer
          .send(
              new ProducerRecord<>(
                  topic, summary.getSnapshotId(), serializer.serialize(topic, summary)))
          .get();
    } catch (ExecutionException e) {
      throw new TidemarkException(
          RestorerError.KAFKA_FAILED,
          "Snapshot "
              + summary.getSnapshotId()
              + " exists, but could not be announced: "
              + e.getCause().getMessage(),
          topic,
          "Check that the brokers answer; the archive has the snapshot all the same",
          e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TidemarkException(
          RestorerError.KAFKA_FAILED, "Interrupted while announcing a snapshot", topic, "", e);
    }
  }

  @Override
  public void close() {
    producer.close();
  }
}
