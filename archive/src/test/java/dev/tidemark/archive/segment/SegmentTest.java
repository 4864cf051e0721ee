package dev.tidemark.archive.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemark.archive.chain.ChainPosition;
import dev.tidemark.archive.error.ArchiveError;
import dev.tidemark.archive.error.ArchiveException;
import dev.tidemark.archive.key.ObjectKeys;
import dev.tidemark.archive.store.ArchiveConfig;
import dev.tidemark.archive.store.ObjectContent;
import dev.tidemark.archive.store.ObjectStore;
import dev.tidemark.archive.store.ObjectStores;
import dev.tidemark.archive.store.PutCondition;
import dev.tidemark.archive.store.RecordingStore;
import dev.tidemark.oplog.optime.Optime;
import dev.tidemark.schemas.archive.NamespaceCounts;
import dev.tidemark.schemas.archive.SegmentIndexEntry;
import dev.tidemark.schemas.event.OplogEventDecoder;
import dev.tidemark.schemas.event.OplogEventView;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apache.avro.file.DataFileReader;
import org.apache.avro.file.SeekableByteArrayInput;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SegmentTest {

  private static final long BASE = 1_795_361_310L;
  private static final SegmentFormat SMALL_BLOCKS = new SegmentFormat(3, 1024);
  private static final SegmentOrigin ORIGIN =
      new SegmentOrigin(
          new ObjectKeys("shop"), OplogScript.RS0, ChainPosition.NONE, null, "", -1, -1);

  @TempDir private Path directory;
  private RecordingStore store;
  private OplogScript script;

  @BeforeEach
  void open() throws IOException {
    Files.createDirectory(directory.resolve("archive"));
    Files.createDirectory(directory.resolve("spool"));
    ObjectStore files =
        ObjectStores.open("file:" + directory.resolve("archive"), ArchiveConfig.ofUrl(""));
    store = new RecordingStore(files);
    script = new OplogScript(OplogScript.RS0, directory.resolve("spool"));
  }

  private static Optime at(long increment) {
    return Optime.of(BASE, increment);
  }

  private List<OplogScript.Entry> play(int count) {
    script.start(at(1));
    for (int i = 1; i <= count; i++) {
      script.insert(at(i), "shop.orders", i);
    }
    return script.pending();
  }

  private String store(FinishedSegment segment) {
    try (segment) {
      store.put(segment.key(), segment.content(), PutCondition.ifAbsent());
      return segment.key();
    }
  }

  private List<byte[]> read(String key, Optime from, Optime to) {
    List<byte[]> found = new ArrayList<>();
    try (SegmentCursor cursor = SegmentReader.open(store, key).entries(from, to)) {
      for (OplogEventView event = cursor.next(); event != null; event = cursor.next()) {
        byte[] bytes = new byte[event.entry().remaining()];
        event.entry().duplicate().get(bytes);
        found.add(bytes);
      }
    }
    return found;
  }

  @Test
  void shouldGiveEveryEntryBackAsItWas() {
    List<OplogScript.Entry> written = play(500);
    String key = store(script.cut(SMALL_BLOCKS));

    assertThat(read(key, Optime.ZERO, Optime.MAX))
        .containsExactlyElementsOf(written.stream().map(OplogScript.Entry::bson).toList());
  }

  @Test
  void shouldDescribeItselfInItsHeader() {
    play(3);
    script.noop(at(4));
    FinishedSegment segment = script.cut();
    String key = store(segment);

    SegmentIndexEntry entry = SegmentReader.open(store, key).entry();

    assertThat(entry).isEqualTo(segment.entry());
    assertThat(entry.getEntryCount()).isEqualTo(4);
    assertThat(entry.getFirstTs()).isEqualTo(at(1).value());
    assertThat(entry.getLastTs()).isEqualTo(at(4).value());
    assertThat(entry.getStartsWith().getTs()).isEqualTo(at(1).value());
    assertThat(entry.getNextOffset()).isEqualTo(4);
    assertThat(entry.getObjectBytes()).isEqualTo(store.head(key).orElseThrow().size());
    assertThat(entry.getNamespaces())
        .containsExactly(
            NamespaceCounts.newBuilder().setNs("").setNoops(1).build(),
            NamespaceCounts.newBuilder().setNs("shop.orders").setInserts(3).build());
    assertThat(SegmentReader.open(store, key).check()).isEmpty();
  }

  @Test
  void shouldBeReadByPlainAvro() throws IOException {
    List<OplogScript.Entry> written = play(300);
    String key = store(script.cut(SMALL_BLOCKS));

    List<byte[]> found = new ArrayList<>();
    try (DataFileReader<GenericRecord> avro =
        new DataFileReader<>(
            new SeekableByteArrayInput(store.read(key)), new GenericDatumReader<>())) {
      assertThat(avro.getMetaString("tidemark.index")).contains("\"entryCount\":300");
      for (GenericRecord event : avro) {
        found.add(((ByteBuffer) event.get("entry")).array());
      }
    }

    assertThat(found)
        .containsExactlyElementsOf(written.stream().map(OplogScript.Entry::bson).toList());
  }

  @Test
  void shouldFetchOnlyTheBlocksOfTheRange() {
    script.start(at(1));
    Random random = new Random(7);
    for (int i = 1; i <= 20_000; i++) {
      script.insert(at(i), "db" + random.nextInt(100) + ".c" + random.nextInt(), i);
    }
    List<byte[]> written = script.pending().stream().map(OplogScript.Entry::bson).toList();
    String key = store(script.cut(new SegmentFormat(1, 16 * 1024)));
    SegmentReader reader = SegmentReader.open(store, key);
    store.forget();

    List<byte[]> found = new ArrayList<>();
    try (SegmentCursor cursor = reader.entries(at(10_000), at(10_009))) {
      for (OplogEventView event = cursor.next(); event != null; event = cursor.next()) {
        found.add(event.entry().array());
        assertThat(new Optime(event.ts())).isBetween(at(10_000), at(10_009));
      }
    }

    assertThat(found).hasSize(10);
    assertThat(written).hasSize(20_000);
    assertThat(store.bytesRead()).isPositive().isLessThan(16 * 1024);
  }

  @Test
  void shouldRespectBothEndsOfARange() {
    List<OplogScript.Entry> written = play(200);
    String key = store(script.cut(SMALL_BLOCKS));

    for (int from = 1; from <= 200; from += 13) {
      for (int to = from - 1; to <= 200; to += 29) {
        List<byte[]> expected =
            written.subList(from - 1, Math.max(from - 1, to)).stream()
                .map(OplogScript.Entry::bson)
                .toList();
        assertThat(read(key, at(from), at(to))).containsExactlyElementsOf(expected);
      }
    }
    assertThat(read(key, at(201), Optime.MAX)).isEmpty();
    assertThat(read(key, Optime.ZERO, at(0))).isEmpty();
  }

  @Test
  void shouldHoldEntriesLargerThanABlock() {
    script.start(at(1));
    script.insert(at(1), "shop.a", 1);
    script.insert(at(2), "shop." + "x".repeat(100_000), 2);
    script.insert(at(3), "shop.b", 3);
    List<byte[]> written = script.pending().stream().map(OplogScript.Entry::bson).toList();
    String key = store(script.cut(SMALL_BLOCKS));

    assertThat(read(key, Optime.ZERO, Optime.MAX)).containsExactlyElementsOf(written);
  }

  @Test
  void shouldBeTheSameBytesWhenWrittenTwice() throws IOException {
    play(50);
    byte[] first;
    try (FinishedSegment segment = script.cut(SMALL_BLOCKS)) {
      first = segment.content().open().readAllBytes();
    }
    script = new OplogScript(OplogScript.RS0, directory.resolve("spool"));
    play(50);
    try (FinishedSegment segment = script.cut(SMALL_BLOCKS)) {
      assertThat(segment.content().open().readAllBytes()).isEqualTo(first);
    }
  }

  @Test
  void shouldNoticeAFlippedBitWhereverItIs() throws IOException {
    play(60);
    String key = store(script.cut(SMALL_BLOCKS));
    byte[] good = store.read(key);

    for (int i = 0; i < good.length; i += 3) {
      byte[] bad = good.clone();
      bad[i] ^= (byte) (1 << i % 8);
      Files.write(directory.resolve("archive").resolve(key), bad);
      int position = i;
      assertThatExceptionOfType(ArchiveException.class)
          .as("byte %d", position)
          .isThrownBy(() -> read(key, Optime.ZERO, Optime.MAX))
          .satisfies(
              e ->
                  assertThat(e.error())
                      .isIn(
                          ArchiveError.ARCHIVE_OBJECT_CORRUPT, ArchiveError.ARCHIVE_FORMAT_UNKNOWN))
          .withMessageContaining(key);
    }
  }

  @Test
  void shouldNoticeWhenTheObjectIsCutOff() throws IOException {
    play(60);
    String key = store(script.cut(SMALL_BLOCKS));
    byte[] good = store.read(key);

    for (int length = 0; length < good.length; length += 7) {
      Files.write(directory.resolve("archive").resolve(key), Arrays.copyOf(good, length));
      assertThatExceptionOfType(ArchiveException.class)
          .isThrownBy(() -> read(key, Optime.ZERO, Optime.MAX))
          .satisfies(e -> assertThat(e.error()).isEqualTo(ArchiveError.ARCHIVE_OBJECT_CORRUPT));
    }
  }

  @Test
  void shouldNoticeAnotherSegmentUnderItsKey() {
    play(10);
    String first = store(script.cut());
    script.insert(at(11), "shop.orders", 11);
    String second = store(script.cut());
    store.put(first, ObjectContent.of(store.read(second)), PutCondition.always());

    assertThatExceptionOfType(ArchiveException.class)
        .isThrownBy(() -> SegmentReader.open(store, first))
        .satisfies(e -> assertThat(e.error()).isEqualTo(ArchiveError.ARCHIVE_OBJECT_CORRUPT))
        .withMessageContaining(second);
  }

  @Test
  void shouldNoticeAnIndexThatDescribesAnotherObject() {
    play(10);
    FinishedSegment segment = script.cut();
    store(segment);
    SegmentIndexEntry stale =
        SegmentIndexEntry.newBuilder(segment.entry()).setEntryCount(9).build();

    assertThatExceptionOfType(ArchiveException.class)
        .isThrownBy(() -> SegmentReader.open(store, stale))
        .satisfies(e -> assertThat(e.error()).isEqualTo(ArchiveError.ARCHIVE_INDEX_STALE))
        .withMessageContaining("entryCount 10 instead of 9");
  }

  @Test
  void shouldRefuseEntriesThatDoNotBelong() {
    List<OplogScript.Entry> entries = play(2);
    try (SegmentWriter writer =
        SegmentWriter.open(
            directory.resolve("spool/x"), ORIGIN, OplogScript.SCHEMA, SMALL_BLOCKS)) {
      append(writer, entries.get(1));
      assertThatThrownBy(() -> append(writer, entries.get(0)))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> append(writer, entries.get(1)))
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThat(directory.resolve("spool/x")).doesNotExist();
  }

  /** A disk that is full at some moment and has room again later; half a write may succeed. */
  private static final class FillingDisk implements WritableByteChannel {
    private final FileChannel file;
    private int room;

    FillingDisk(Path path, int room) throws IOException {
      this.file = FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
      this.room = room;
    }

    @Override
    public int write(ByteBuffer from) throws IOException {
      if (room == 0) {
        throw new IOException("No space left on device");
      }
      int written = file.write(from.slice(from.position(), Math.min(room, from.remaining())));
      from.position(from.position() + written);
      room -= written;
      return written;
    }

    @Override
    public boolean isOpen() {
      return file.isOpen();
    }

    @Override
    public void close() throws IOException {
      file.close();
    }
  }

  @Test
  void shouldTakeNothingAndNeverBeFinishedOnceTheDiskFailed() throws IOException {
    List<OplogScript.Entry> entries = play(1_000);
    Path spool = directory.resolve("spool/x");
    FillingDisk disk = new FillingDisk(spool, 700);
    try (SegmentWriter writer =
        new SegmentWriter(ORIGIN, OplogScript.SCHEMA, SMALL_BLOCKS, spool, disk)) {
      int[] taken = {0};
      assertThatExceptionOfType(ArchiveException.class)
          .isThrownBy(
              () -> {
                for (OplogScript.Entry entry : entries) {
                  append(writer, entry);
                  taken[0]++;
                }
              })
          .satisfies(e -> assertThat(e.error()).isEqualTo(ArchiveError.ARCHIVE_DISK_FAILED));
      assertThat(taken[0]).isPositive();

      disk.room = Integer.MAX_VALUE;

      assertThatThrownBy(() -> append(writer, entries.get(taken[0] + 1)))
          .isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(() -> writer.finish(1_000)).isInstanceOf(IllegalStateException.class);
    }
    assertThat(spool).doesNotExist();
  }

  @Test
  void shouldNotBeFinishedOnASecondAttempt() throws IOException {
    Path spool = directory.resolve("spool/x");
    FillingDisk disk = new FillingDisk(spool, 10);
    try (SegmentWriter writer =
        new SegmentWriter(ORIGIN, OplogScript.SCHEMA, SMALL_BLOCKS, spool, disk)) {
      append(writer, play(1).get(0));
      assertThatExceptionOfType(ArchiveException.class).isThrownBy(() -> writer.finish(1));

      disk.room = Integer.MAX_VALUE;

      assertThatThrownBy(() -> writer.finish(1)).isInstanceOf(IllegalStateException.class);
    }
    assertThat(spool).doesNotExist();
  }

  private static void append(SegmentWriter writer, OplogScript.Entry entry) {
    ByteBuffer datum = ByteBuffer.wrap(entry.datum());
    writer.append(datum, new OplogEventDecoder(OplogScript.SCHEMA).decode(datum));
  }

  @Test
  void shouldNameOnlyTheBusiestNamespaces() {
    NamespaceTally tally = new NamespaceTally();
    for (int i = 0; i < 1_500; i++) {
      tally.add(String.format("db.c%04d", i), "i");
    }
    for (int i = 1_400; i < 1_500; i++) {
      tally.add(String.format("db.c%04d", i), "u");
    }

    NamespaceTally.Counts counts = tally.counts();

    assertThat(counts.named()).hasSize(NamespaceTally.MAX_NAMESPACES);
    assertThat(counts.named().get(999).getNs()).isEqualTo("db.c1499");
    assertThat(counts.named().get(999).getUpdates()).isEqualTo(1);
    assertThat(counts.others().getInserts()).isEqualTo(500);
    assertThat(counts.others().getUpdates()).isZero();
  }
}
