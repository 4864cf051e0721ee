package dev.tidemark.restorer.drill;

import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.oplog.optime.Optime;
import dev.tidemark.restorer.RestorerError;
import dev.tidemark.restorer.config.RestorerConfig;
import dev.tidemark.schemas.archive.SegmentIndexEntry;
import dev.tidemark.schemas.event.OplogEventReader;
import dev.tidemark.schemas.event.OplogEventView;
import dev.tidemark.schemas.registry.SchemaRegistry;
import dev.tidemark.schemas.serde.AvroDeserializer;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.utils.Time;

/**
 * Tells when a write has arrived on Kafka, and when in the archive. Made before the write. Used by
 * one thread.
 */
final class Arrival implements AutoCloseable {

  private final String oplogTopic;
  private final String segmentTopic;
  private final Duration patience;
  private final TopicWatch oplog;
  private final TopicWatch segments;
  private final OplogEventReader events;
  private final AvroDeserializer<SegmentIndexEntry> entries;

  Arrival(RestorerConfig config, SchemaRegistry registry, BooleanSupplier cancelled, Time time) {
    this.oplogTopic = config.topics().oplogBackup();
    this.segmentTopic = config.topics().oplogSegments();
    this.patience = config.drillPatience();
    this.events = new OplogEventReader(registry);
    this.entries = new AvroDeserializer<>(SegmentIndexEntry.class, registry);
    this.oplog = new TopicWatch(config.kafkaClients(), oplogTopic, cancelled, time);
    this.segments = new TopicWatch(config.kafkaClients(), segmentTopic, cancelled, time);
  }

  /**
   * Waits for the first entry of a namespace.
   *
   * @throws TidemarkException DRILL_NOT_CAPTURED if it does not come in time
   */
  OplogEventView captured(String namespace) {
    return oplog
        .await(record -> entryOf(record, namespace), patience)
        .orElseThrow(
            () ->
                new TidemarkException(
                    RestorerError.DRILL_NOT_CAPTURED,
                    "A write to "
                        + namespace
                        + " did not arrive within "
                        + patience.toSeconds()
                        + " s",
                    oplogTopic,
                    "See whether the tailer's connector and its task are RUNNING, and its lag"));
  }

  private Optional<OplogEventView> entryOf(
      ConsumerRecord<byte[], byte[]> record, String namespace) {
    OplogEventView event = events.read(record.value()).view();
    return event.isEntry() && event.ns().equals(namespace) ? Optional.of(event) : Optional.empty();
  }

  /**
   * Waits until an entry lies in a segment.
   *
   * @return the segment
   * @throws TidemarkException DRILL_NOT_ARCHIVED if it does not in time
   */
  SegmentIndexEntry archived(OplogEventView entry) {
    Optime optime = new Optime(entry.ts());
    return segments
        .await(
            record -> {
              SegmentIndexEntry segment = entries.deserialize(segmentTopic, record.value());
              boolean holds =
                  segment != null
                      && segment.getSetId().equals(entry.setId())
                      && !new Optime(segment.getLastTs()).isBefore(optime);
              return holds ? Optional.of(segment) : Optional.empty();
            },
            patience)
        .orElseThrow(
            () ->
                new TidemarkException(
                    RestorerError.DRILL_NOT_ARCHIVED,
                    "The entry at "
                        + optime
                        + " was not archived within "
                        + patience.toSeconds()
                        + " s",
                    segmentTopic,
                    "See whether the archiver runs, what it logs about the set "
                        + entry.source()
                        + ", and whether the object store accepts writes"));
  }

  @Override
  public void close() {
    oplog.close();
    segments.close();
  }
}
