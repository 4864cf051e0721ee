package dev.tidemark.monitor.topic;

import dev.tidemark.monitor.alert.AlertBook;
import dev.tidemark.monitor.observation.Backups;
import dev.tidemark.monitor.observation.FinishedJobs;
import dev.tidemark.monitor.observation.OplogProgress;
import dev.tidemark.monitor.observation.RestoreTests;
import dev.tidemark.schemas.alert.Alert;
import dev.tidemark.schemas.alert.DrillResult;
import dev.tidemark.schemas.archive.SegmentIndexEntry;
import dev.tidemark.schemas.archive.SnapshotSummary;
import dev.tidemark.schemas.event.OplogEventReader;
import dev.tidemark.schemas.registry.SchemaRegistry;
import dev.tidemark.schemas.serde.AvroDeserializer;
import dev.tidemark.schemas.status.RestoreStatus;
import dev.tidemark.schemas.status.SnapshotStatus;
import dev.tidemark.schemas.topic.TopicNames;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Ties each topic to what is observed on it. */
public final class Topics {

  /** Enough to meet every set of a shared partition, few enough to be read every few seconds. */
  private static final long NEWEST_EVENTS = 500;

  private final SchemaRegistry registry;

  public Topics(SchemaRegistry registry) {
    this.registry = registry;
  }

  /** Reads of the busy topic of events only the newest; index entries tell of the others. */
  public void observe(
      TopicReader reader,
      TopicNames names,
      Backups backups,
      RestoreTests tests,
      FinishedJobs snapshots,
      FinishedJobs restores,
      OplogProgress progress) {
    AvroDeserializer<SnapshotSummary> summaries =
        new AvroDeserializer<>(SnapshotSummary.class, registry);
    reader.readAll(
        names.snapshots(),
        record -> {
          if (record.value() == null) {
            backups.remove(key(record));
          } else {
            backups.add(summaries.deserialize(record.topic(), record.value()));
          }
        });
    observe(
        reader,
        names.restoreStatus(),
        RestoreStatus.class,
        status -> {
          tests.add(status);
          restores.add(
              "target " + status.getTarget(),
              status.getRequestId(),
              status.getState(),
              status.getUpdatedAt(),
              status.getFailure(),
              status.getWarnings());
        });
    observe(
        reader,
        names.snapshotStatus(),
        SnapshotStatus.class,
        status ->
            snapshots.add(
                status.getCluster(),
                status.getRequestId(),
                status.getState(),
                status.getUpdatedAt(),
                status.getFailure(),
                status.getWarnings()));
    observe(reader, names.drillResults(), DrillResult.class, tests::add);
    // Index entries first: they tell which of the events are archived.
    observe(reader, names.oplogSegments(), SegmentIndexEntry.class, progress::archived);
    OplogEventReader events = new OplogEventReader(registry);
    reader.readNewest(
        names.oplogBackup(),
        NEWEST_EVENTS,
        record -> progress.captured(events.read(record.value()).view()));
  }

  /** Reads the alerts that were published before. */
  public void recall(TopicReader reader, TopicNames names, AlertBook book) {
    observe(reader, names.backupAlerts(), Alert.class, book::recall);
  }

  private <T extends SpecificRecord> void observe(
      TopicReader reader, String topic, Class<T> type, Consumer<T> observer) {
    AvroDeserializer<T> values = new AvroDeserializer<>(type, registry);
    reader.readAll(
        topic,
        record -> {
          if (record.value() != null) {
            observer.accept(values.deserialize(record.topic(), record.value()));
          }
        });
  }

  private static String key(ConsumerRecord<byte[], byte[]> record) {
    return record.key() == null ? "" : new String(record.key(), StandardCharsets.UTF_8);
  }
}
