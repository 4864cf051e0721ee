package dev.tidemark.cli.job;

import dev.tidemark.cli.error.CliError;
import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.schemas.registry.RegistryConfig;
import dev.tidemark.schemas.registry.SchemaRegistryClient;
import dev.tidemark.schemas.request.DrillRequest;
import dev.tidemark.schemas.request.RestoreRequest;
import dev.tidemark.schemas.request.SnapshotRequest;
import dev.tidemark.schemas.serde.AvroSerializer;
import dev.tidemark.schemas.serde.TrustedRecords;
import dev.tidemark.schemas.status.DrillStatus;
import dev.tidemark.schemas.status.RestoreStatus;
import dev.tidemark.schemas.status.SnapshotStatus;
import dev.tidemark.schemas.topic.TopicNames;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;

/** Posts requests and opens statuses. */
final class RequestDesk implements AutoCloseable {

  private final Map<String, Object> clients;
  private final TopicNames topics;
  private final SchemaRegistryClient registry;

  RequestDesk(KafkaOptions options) {
    TrustedRecords.trust();
    Map<String, Object> settings = options.settings();
    this.clients = KafkaOptions.clients(settings);
    this.topics = KafkaOptions.topics(settings);
    this.registry = new SchemaRegistryClient(new RegistryConfig(settings));
  }

  void post(RestoreRequest request) {
    post(topics.restoreRequests(), request.getTarget(), request);
  }

  void post(SnapshotRequest request) {
    post(topics.snapshotRequests(), request.getCluster(), request);
  }

  void post(DrillRequest request) {
    post(topics.drillRequests(), request.getCluster(), request);
  }

  private <R extends SpecificRecord> void post(String topic, String key, R request) {
    try (KafkaProducer<String, R> producer =
        new KafkaProducer<>(clients, new StringSerializer(), new AvroSerializer<>(registry))) {
      producer.send(new ProducerRecord<>(topic, key, request)).get();
    } catch (ExecutionException e) {
      throw new TidemarkException(
          CliError.CLI_NETWORK,
          "the request could not be posted: " + e.getCause().getMessage(),
          topic,
          "Check --bootstrap-servers, and that the topic exists",
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TidemarkException(
          CliError.CLI_NETWORK, "interrupted while posting the request", topic, "", e);
    }
  }

  StatusReader<RestoreStatus> restores() {
    return new StatusReader<>(clients, registry, topics.restoreStatus(), RestoreStatus.class);
  }

  StatusReader<SnapshotStatus> snapshots() {
    return new StatusReader<>(clients, registry, topics.snapshotStatus(), SnapshotStatus.class);
  }

  StatusReader<DrillStatus> drills() {
    return new StatusReader<>(clients, registry, topics.drillStatus(), DrillStatus.class);
  }

  @Override
  public void close() {
    registry.close();
  }
}
