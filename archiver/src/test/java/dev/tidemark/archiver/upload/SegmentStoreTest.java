package dev.tidemark.archiver.upload;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.archive.chain.ChainPosition;
import dev.tidemark.archive.key.ObjectKeys;
import dev.tidemark.archive.key.ReplicaSetRef;
import dev.tidemark.archive.segment.FinishedSegment;
import dev.tidemark.archive.segment.SegmentFormat;
import dev.tidemark.archive.segment.SegmentOrigin;
import dev.tidemark.archive.segment.SegmentWriter;
import dev.tidemark.archive.store.ArchiveConfig;
import dev.tidemark.archive.store.ObjectContent;
import dev.tidemark.archive.store.ObjectStore;
import dev.tidemark.archive.store.ObjectStores;
import dev.tidemark.archive.store.PutCondition;
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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SegmentStoreTest {

  private static final String SET_ID = "5f00000000000000000000aa";
  private static final ObjectKeys KEYS = new ObjectKeys("shop");

  @TempDir Path directory;
  @TempDir Path spool;
  private ObjectStore objects;
  private SegmentStore store;
  private int files;

  @BeforeEach
  void open() {
    TrustedRecords.trust();
    objects = ObjectStores.open(ArchiveConfig.ofUrl("file:" + directory));
    store = new SegmentStore(objects);
  }

  @AfterEach
  void close() {
    objects.close();
  }

  /** A segment of entries with optimes from 100 on, all holding one value. */
  private FinishedSegment segment(int entries, int value) throws IOException {
    SegmentOrigin origin =
        new SegmentOrigin(
            KEYS,
            new ReplicaSetRef("rs0", SET_ID),
            new ChainPosition(99, 1),
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
        ByteBuffer datum = datum(100 + i, value);
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

  @Test
  void shouldStoreASegmentThatIsNotThere() throws IOException {
    FinishedSegment segment = segment(3, 0);

    assertThat(store.store(segment)).isEqualTo(new UploadOutcome.Stored(segment.entry()));
    assertThat(objects.head(segment.key())).isPresent();
  }

  @Test
  void shouldTakeItsOwnEarlierPutForSuccess() throws IOException {
    UploadOutcome first = store.store(segment(3, 0));

    assertThat(store.store(segment(3, 0))).isEqualTo(first);
  }

  @Test
  void shouldGoOnFromWhereAnEarlierWriterCut() throws IOException {
    FinishedSegment shorter = segment(2, 0);
    store.store(shorter);

    assertThat(store.store(segment(3, 0)))
        .isEqualTo(new UploadOutcome.CutElsewhere(shorter.entry()));
  }

  @Test
  void shouldReplaceNothingWhenEntriesDiffer() throws IOException {
    FinishedSegment there = segment(3, 0);
    store.store(there);
    byte[] before = objects.read(there.key());

    assertThat(store.store(segment(3, 1)))
        .isInstanceOfSatisfying(
            UploadOutcome.Diverged.class,
            diverged ->
                assertThat(diverged.reason())
                    .hasMessageContaining("ARCHIVER_DIVERGENCE")
                    .hasMessageContaining(there.key()));
    assertThat(objects.read(there.key())).isEqualTo(before);
  }

  @Test
  void shouldNotTrustADamagedObject() throws IOException {
    FinishedSegment segment = segment(3, 0);
    objects.put(segment.key(), ObjectContent.of(new byte[] {1, 2, 3}), PutCondition.ifAbsent());

    assertThat(store.store(segment)).isInstanceOf(UploadOutcome.Diverged.class);
    assertThat(objects.read(segment.key())).hasSize(3);
  }
}
