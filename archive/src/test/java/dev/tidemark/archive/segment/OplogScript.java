package dev.tidemark.archive.segment;

import dev.tidemark.archive.chain.ChainPosition;
import dev.tidemark.archive.key.ObjectKeys;
import dev.tidemark.archive.key.ReplicaSetRef;
import dev.tidemark.archive.store.ObjectStore;
import dev.tidemark.archive.store.PutCondition;
import dev.tidemark.oplog.optime.Optime;
import dev.tidemark.schemas.archive.MarkerKind;
import dev.tidemark.schemas.archive.OplogMarker;
import dev.tidemark.schemas.archive.SegmentIndexEntry;
import dev.tidemark.schemas.event.EventKinds;
import dev.tidemark.schemas.event.OplogEvent;
import dev.tidemark.schemas.event.OplogEventDecoder;
import dev.tidemark.schemas.serde.TrustedRecords;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificDatumWriter;
import org.bson.BsonBinaryWriter;
import org.bson.BsonDateTime;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonString;
import org.bson.BsonTimestamp;
import org.bson.codecs.BsonDocumentCodec;
import org.bson.codecs.EncoderContext;
import org.bson.io.BasicOutputBuffer;

/**
 * Plays a replica set's oplog into an archive: entries with chained optimes, cut into segments
 * where the test says so.
 */
public final class OplogScript {

  static {
    TrustedRecords.trust();
  }

  public static final String CLUSTER = "shop";
  public static final ReplicaSetRef RS0 = new ReplicaSetRef("rs0", "65a9f2b1c0ffee0000000001");
  public static final Schema SCHEMA = OplogEvent.getClassSchema();
  private static final OplogEventDecoder DECODER = new OplogEventDecoder(SCHEMA);
  private static final long TERM = 3;

  private final ObjectKeys keys = new ObjectKeys(CLUSTER);
  private final ReplicaSetRef set;
  private final Path spool;
  private final List<Entry> entries = new ArrayList<>();
  private ChainPosition last = ChainPosition.NONE;
  private ChainPosition beforeSegment = ChainPosition.NONE;
  private OplogMarker marker;
  private long nextOffset;
  private int files;

  /**
   * An entry of the script.
   *
   * @param optime its optime
   * @param bson its raw bytes
   * @param datum the event's Avro encoding
   */
  public record Entry(Optime optime, byte[] bson, byte[] datum) {}

  public OplogScript(ReplicaSetRef set, Path spool) {
    this.set = set;
    this.spool = spool;
  }

  /** Where capture begins; nothing before it is held. */
  public OplogScript start(Optime first) {
    marker = OplogMarker.newBuilder().setKind(MarkerKind.START).setTs(first.value()).build();
    last = ChainPosition.NONE;
    beforeSegment = ChainPosition.NONE;
    return this;
  }

  /** The source lost everything between the last entry and {@code next}. */
  public OplogScript gap(Optime next) {
    marker =
        OplogMarker.newBuilder()
            .setKind(MarkerKind.GAP)
            .setTs(next.value())
            .setLostAfterTs(last.ts())
            .build();
    last = ChainPosition.NONE;
    beforeSegment = ChainPosition.NONE;
    return this;
  }

  /** Leaves out whatever follows until {@link #resume}: its events never reach the archive. */
  public OplogScript lose(Optime optime) {
    last = new ChainPosition(optime.value(), TERM);
    beforeSegment = last;
    return this;
  }

  public OplogScript insert(Optime optime, String namespace, int id) {
    return entry(optime, "i", namespace, id, optime.seconds() * 1000);
  }

  public OplogScript insert(Optime optime, String namespace, int id, long wall) {
    return entry(optime, "i", namespace, id, wall);
  }

  public OplogScript noop(Optime optime) {
    return entry(optime, "n", "", 0, optime.seconds() * 1000);
  }

  private OplogScript entry(Optime optime, String op, String namespace, int id, long wall) {
    byte[] bson = bson(optime, op, namespace, id, wall);
    OplogEvent event =
        OplogEvent.newBuilder()
            .setKind(EventKinds.ENTRY)
            .setSetId(set.setId())
            .setSource(set.name())
            .setTs(optime.value())
            .setTerm(TERM)
            .setPrevTs(last.ts())
            .setPrevTerm(last.term())
            .setWall(Instant.ofEpochMilli(wall))
            .setObserved(Instant.ofEpochMilli(wall + 20))
            .setOp(op)
            .setNs(namespace)
            .setEntry(ByteBuffer.wrap(bson))
            .build();
    entries.add(new Entry(optime, bson, encode(event)));
    last = new ChainPosition(optime.value(), TERM);
    return this;
  }

  private static byte[] bson(Optime optime, String op, String namespace, int id, long wall) {
    BsonDocument entry =
        new BsonDocument()
            .append("op", new BsonString(op))
            .append("ns", new BsonString(namespace))
            .append(
                "o",
                op.equals("n")
                    ? new BsonDocument("msg", new BsonString("periodic noop"))
                    : new BsonDocument("_id", new BsonInt32(id)))
            .append("ts", new BsonTimestamp(optime.value()))
            .append("t", new BsonInt64(TERM))
            .append("v", new BsonInt64(2))
            .append("wall", new BsonDateTime(wall));
    BasicOutputBuffer out = new BasicOutputBuffer();
    try (BsonBinaryWriter writer = new BsonBinaryWriter(out)) {
      new BsonDocumentCodec().encode(writer, entry, EncoderContext.builder().build());
    }
    return out.toByteArray();
  }

  public static byte[] encode(OplogEvent event) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
    try {
      new SpecificDatumWriter<OplogEvent>(SCHEMA).write(event, encoder);
      encoder.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  /** What was played since the last cut. */
  public List<Entry> pending() {
    return List.copyOf(entries);
  }

  /** Ends a segment behind what was played so far. */
  public FinishedSegment cut() {
    return cut(SegmentFormat.defaults());
  }

  public FinishedSegment cut(SegmentFormat format) {
    SegmentOrigin origin =
        new SegmentOrigin(keys, set, beforeSegment, marker, "dG9waWM", 0, nextOffset);
    try (SegmentWriter writer =
        SegmentWriter.open(
            spool.resolve(set.name() + "-" + files++ + ".spool"), origin, SCHEMA, format)) {
      for (Entry entry : entries) {
        ByteBuffer datum = ByteBuffer.wrap(entry.datum());
        writer.append(datum, DECODER.decode(datum));
      }
      nextOffset += entries.size();
      entries.clear();
      marker = null;
      beforeSegment = last;
      return writer.finish(nextOffset);
    }
  }

  /** Ends a segment and stores it. */
  public SegmentIndexEntry store(ObjectStore store) {
    try (FinishedSegment segment = cut()) {
      store.put(segment.key(), segment.content(), PutCondition.ifAbsent());
      return segment.entry();
    }
  }
}
