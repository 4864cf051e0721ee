package dev.tidemark.archiver.partition;

import static dev.tidemark.archiver.partition.MemoryPartition.PARTITION;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tidemark.archive.error.ArchiveError;
import dev.tidemark.archive.index.ArchiveIndex;
import dev.tidemark.archive.key.ObjectKeys;
import dev.tidemark.archive.key.ReplicaSetRef;
import dev.tidemark.archive.key.SegmentKey;
import dev.tidemark.archive.segment.SegmentFormat;
import dev.tidemark.archive.segment.SegmentReader;
import dev.tidemark.archive.store.ArchiveConfig;
import dev.tidemark.archive.store.ObjectStore;
import dev.tidemark.archive.store.ObjectStores;
import dev.tidemark.archive.verify.ArchiveVerifier;
import dev.tidemark.archive.verify.VerifyListener;
import dev.tidemark.archiver.cut.SegmentLimits;
import dev.tidemark.archiver.error.ArchiverError;
import dev.tidemark.archiver.index.IndexUpkeep;
import dev.tidemark.archiver.upload.Backoff;
import dev.tidemark.archiver.upload.SegmentStore;
import dev.tidemark.archiver.upload.UploadPool;
import dev.tidemark.archiver.upload.UploadWatch;
import dev.tidemark.schemas.archive.SegmentIndexEntry;
import dev.tidemark.schemas.event.OplogEvent;
import dev.tidemark.schemas.serde.TrustedRecords;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PartitionArchiverTest {

  private static final ObjectKeys KEYS = new ObjectKeys("shop");
  private static final Backoff BACKOFF = new Backoff(1, 2);

  /** Ten entries a segment, as they are observed a millisecond apart. */
  private static final SegmentLimits LIMITS = new SegmentLimits(Duration.ofMillis(10), 1 << 20);

  @TempDir Path directory;
  @TempDir Path spool;
  private final SetEvents events = new SetEvents("5f00000000000000000000aa");
  private final SetEvents others = new SetEvents("5f00000000000000000000bb");
  private final MemoryPartition topic = new MemoryPartition();
  private final RecordingWatch watch = new RecordingWatch();
  private final AtomicLong spoolNames = new AtomicLong();
  private final AtomicLong durable = new AtomicLong();
  private final Set<String> published = new HashSet<>();
  private ObjectStore store;
  private UploadPool uploads;
  private IndexUpkeep index;
  private PartitionArchiver archiver;

  @BeforeEach
  void open() {
    TrustedRecords.trust();
    store = ObjectStores.open(ArchiveConfig.ofUrl("file:" + directory));
    UploadWatch silent =
        new UploadWatch() {
          @Override
          public void stored(long bytes, long nanos) {}

          @Override
          public void failed() {}
        };
    uploads = new UploadPool(new SegmentStore(store), 2, 1 << 20, BACKOFF, silent);
    index = new IndexUpkeep(store, KEYS, BACKOFF, Duration.ZERO);
  }

  @AfterEach
  void close() {
    archiver.close();
    uploads.close();
    index.close();
    store.close();
  }

  private void assign() {
    archiver =
        new PartitionArchiver(
            PARTITION,
            new Workshop(
                store,
                KEYS,
                topic.reader(),
                LIMITS,
                SegmentFormat.defaults(),
                spool,
                spoolNames,
                uploads,
                index,
                () -> watch,
                (partition, offset) -> durable.set(offset),
                topic::consumer,
                name -> "topic-id",
                1 << 20,
                BACKOFF),
            entry -> published.add(entry.getObjectKey()));
  }

  private void tickUntil(BooleanSupplier condition) {
    await()
        .pollInSameThread()
        .pollInterval(Duration.ofMillis(2))
        .atMost(Duration.ofSeconds(20))
        .until(
            () -> {
              archiver.tick();
              return condition.getAsBoolean();
            });
  }

  /** What the stream thread is given, once it lies in the topic. */
  private void deliver(OplogEvent event) {
    long offset = topic.add(event);
    archiver.record(offset, topic.value(offset));
  }

  /** The segment that is opened after so many others cannot be spooled; the next one can. */
  private void failSpoolAfter(int segments) throws IOException {
    long number = spoolNames.get() + segments + 1;
    Files.createFile(spool.resolve(PARTITION.partition() + "-" + number + ".segment"));
  }

  private List<String> keys(SetEvents set) {
    return store
        .list(KEYS.segmentsPrefix(new ReplicaSetRef("rs0", set.setId())))
        .flatMap(object -> SegmentKey.parse(object.key()).stream())
        .map(SegmentKey::key)
        .toList();
  }

  private List<SegmentIndexEntry> archived(SetEvents set) {
    return keys(set).stream().map(key -> SegmentReader.open(store, key).entry()).toList();
  }

  private long archivedEntries(SetEvents set) {
    return archived(set).stream().mapToLong(SegmentIndexEntry::getEntryCount).sum();
  }

  private void assertHoldsAll(SetEvents set, long entries) {
    long previous = 0;
    for (SegmentIndexEntry segment : archived(set)) {
      assertThat(segment.getPrevTs()).isEqualTo(previous);
      previous = segment.getLastTs();
    }
    assertThat(archivedEntries(set)).isEqualTo(entries);
  }

  private void assertSound() {
    assertThat(
            new ArchiveVerifier(
                    new ArchiveIndex(store, KEYS), VerifyListener.SILENT, InstantSource.system())
                .verify(true)
                .defects())
        .isEmpty();
  }

  private void write(SetEvents set, int entries) {
    for (int i = 0; i < entries; i++) {
      topic.add(set.entry());
    }
    topic.add(set.heartbeat());
  }

  private void assertSpoolFailedOnce() {
    assertThat(watch.spoolFailures)
        .singleElement()
        .satisfies(e -> assertThat(e.code()).isEqualTo(ArchiveError.ARCHIVE_DISK_FAILED));
  }

  @Test
  void shouldLoseNothingWhenTheSpoolFailsWhileItCatchesUp() throws IOException {
    topic.add(events.start());
    write(events, 95);
    failSpoolAfter(3);

    assign();
    tickUntil(() -> durable.get() == topic.end());

    assertSpoolFailedOnce();
    assertHoldsAll(events, 95);
    assertSound();
    // Also those that were stored when their partition was cut again.
    tickUntil(() -> published.containsAll(keys(events)));
    assertThat(watch.closed.get()).isZero();
    archiver.close();
    assertThat(watch.closed.get()).isEqualTo(1);
  }

  @Test
  void shouldLoseNothingWhenTheSpoolFailsOnTheStreamThread() throws IOException {
    topic.add(events.start());
    assign();
    deliver(events.entry());
    // Whichever thread took it: what follows lies behind the end that the reader knows.
    tickUntil(() -> watch.accepted.get() == 2);
    failSpoolAfter(1);

    for (int i = 0; i < 94; i++) {
      deliver(events.entry());
    }
    deliver(events.heartbeat());
    tickUntil(() -> durable.get() == topic.end());

    assertSpoolFailedOnce();
    assertHoldsAll(events, 95);
    assertSound();
    // Also those that were stored when their partition was cut again.
    tickUntil(() -> published.containsAll(keys(events)));
  }

  @Test
  void shouldHoldOnlyTheSetWhoseNewestSegmentIsDamaged() throws IOException {
    topic.add(events.start());
    topic.add(others.start());
    write(events, 25);
    write(others, 25);
    assign();
    tickUntil(() -> durable.get() == topic.end());
    archiver.close();
    List<String> before = keys(events);
    Path newest = directory.resolve(before.get(before.size() - 1));
    byte[] whole = Files.readAllBytes(newest);
    byte[] damaged = whole.clone();
    damaged[100] ^= 1;
    Files.write(newest, damaged);

    write(events, 30);
    write(others, 30);
    assign();
    tickUntil(() -> archivedEntries(others) == 55);

    assertHoldsAll(others, 55);
    assertThat(watch.stoppedBySetId).containsOnlyKeys(events.setId());
    assertThat(watch.stoppedBySetId.get(events.setId()).code())
        .isEqualTo(ArchiverError.ARCHIVER_END_UNREADABLE);
    assertThat(keys(events)).isEqualTo(before);
    assertThat(Files.readAllBytes(newest)).isEqualTo(damaged);

    Files.write(newest, whole);
    archiver.close();
    assign();
    tickUntil(() -> durable.get() == topic.end());

    assertHoldsAll(events, 55);
    assertSound();
    assertThat(watch.stoppedBySetId).isEmpty();
  }

  @Test
  void shouldArchiveAgainWhatADamagedSegmentHeldOnceThatIsMovedAway() throws IOException {
    topic.add(events.start());
    write(events, 25);
    assign();
    tickUntil(() -> durable.get() == topic.end());
    archiver.close();
    List<String> before = keys(events);
    Path newest = directory.resolve(before.get(before.size() - 1));
    Files.write(newest, new byte[] {1, 2, 3});
    durable.set(0);
    assign();
    tickUntil(() -> watch.stoppedBySetId.containsKey(events.setId()));

    Files.delete(newest);
    archiver.close();
    assign();
    tickUntil(() -> archivedEntries(events) == 25);

    assertHoldsAll(events, 25);
    assertSound();
  }
}
