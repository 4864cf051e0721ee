package dev.tidemark.archiver.upload;

import dev.tidemark.archive.chain.ChainPosition;
import dev.tidemark.archive.key.ObjectKeys;
import dev.tidemark.archive.key.ReplicaSetRef;
import dev.tidemark.archive.segment.FinishedSegment;
import dev.tidemark.archive.segment.SegmentFormat;
import dev.tidemark.archive.segment.SegmentOrigin;
import dev.tidemark.archive.segment.SegmentWriter;
import dev.tidemark.schemas.event.EventKinds;
import dev.tidemark.schemas.event.OplogEvent;
import dev.tidemark.schemas.event.OplogEventDecoder;
import dev.tidemark.schemas.serde.TrustedRecords;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificDatumWriter;

/** Makes finished segments of one replica set. */
public final class Segments {

  private static final String SET_ID = "5f00000000000000000000aa";
  private static final ObjectKeys KEYS = new ObjectKeys("shop");

  private final Path spool;
  private int files;

  public Segments(Path spool) {
    TrustedRecords.trust();
    this.spool = spool;
  }

  /** A segment of entries with consecutive optimes, all holding one value. */
  public FinishedSegment segment(long first, int entries, int value) throws IOException {
    SegmentOrigin origin =
        new SegmentOrigin(
            KEYS,
            new ReplicaSetRef("rs0", SET_ID),
            new ChainPosition(first - 1, 1),
            null,
            "topic-id",
            0,
            7);
    OplogEventDecoder decoder = new OplogEventDecoder(OplogEvent.getClassSchema());
    try (SegmentWriter writer =
        SegmentWriter.open(
            spool.resolve("s" + files++),
            origin,
            OplogEvent.getClassSchema(),
            SegmentFormat.defaults())) {
      for (int i = 0; i < entries; i++) {
        ByteBuffer datum = datum(first + i, value);
        writer.append(datum, decoder.decode(datum));
      }
      return writer.finish(7 + entries);
    }
  }

  private static ByteBuffer datum(long ts, int value) throws IOException {
    OplogEvent event =
        OplogEvent.newBuilder()
            .setKind(EventKinds.ENTRY)
            .setSetId(SET_ID)
            .setSource("rs0")
            .setTs(ts)
            .setTerm(1)
            .setPrevTs(ts - 1)
            .setPrevTerm(1)
            .setObserved(Instant.ofEpochSecond(1_700_000_000))
            .setOp("i")
            .setNs("shop.orders")
            .setEntry(ByteBuffer.wrap(new byte[] {5, 0, 0, 0, (byte) value}))
            .build();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
    new SpecificDatumWriter<OplogEvent>(OplogEvent.getClassSchema()).write(event, encoder);
    encoder.flush();
    return ByteBuffer.wrap(out.toByteArray());
  }
}
