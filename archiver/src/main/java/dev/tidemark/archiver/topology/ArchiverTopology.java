package dev.tidemark.archiver.topology;

import dev.tidemark.archiver.partition.Workshop;
import dev.tidemark.schemas.archive.SegmentIndexEntry;
import dev.tidemark.schemas.topic.TopicNames;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.Topology;

/**
 * The topology: events in, one processor that cuts and stores them, index entries out.
 *
 * <p>There is no state store: the topic is the buffer and the archive is the state.
 */
public final class ArchiverTopology {

  private static final String EVENTS = "events";
  private static final String CUTTER = "cut-and-store";
  private static final String INDEX = "index";

  private ArchiverTopology() {}

  /** Builds it. */
  public static Topology build(
      TopicNames topics, Workshop workshop, Serializer<SegmentIndexEntry> indexEntries) {
    return new Topology()
        .addSource(
            EVENTS, new ByteArrayDeserializer(), new ByteArrayDeserializer(), topics.oplogBackup())
        .addProcessor(CUTTER, () -> new SegmentProcessor(topics.oplogBackup(), workshop), EVENTS)
        .addSink(INDEX, topics.oplogSegments(), new StringSerializer(), indexEntries, CUTTER);
  }
}
