package dev.tidemark.archiver.partition;

import static dev.tidemark.archiver.partition.MemoryPartition.PARTITION;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tidemark.archive.error.ArchiveError;
import dev.tidemark.archive.index.ArchiveIndex;
import dev.tidemark.archive.key.ObjectKeys;
import dev.tidemark.archive.segment.SegmentFormat;
import dev.tidemark.archive.store.ArchiveConfig;
import dev.tidemark.archive.store.ObjectStore;
import dev.tidemark.archive.store.ObjectStores;
import dev.tidemark.archive.verify.ArchiveVerifier;
import dev.tidemark.archive.verify.VerifyListener;
import dev.tidemark.archiver.cut.SegmentLimits;
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
import java.util.SortedMap;
import java.util.TreeMap;
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
  private final MemoryPartition topic = new MemoryPartition();
  private final RecordingWatch watch = new RecordingWatch();
  private final AtomicLong spoolNames = new AtomicLong();
  private final AtomicLong durable = new AtomicLong();
  private final SortedMap<String, SegmentIndexEntry> published = new TreeMap<>();
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
                watch,
                (partition, offset) -> durable.set(offset),
                topic::consumer,
                name -> "topic-id",
                1 << 20,
                BACKOFF),
            entry -> published.put(entry.getObjectKey(), entry));
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

  private long publishedEntries() {
    return published.values().stream().mapToLong(SegmentIndexEntry::getEntryCount).sum();
  }

  private void assertHoldsAll(long entries) {
    long previous = 0;
    for (SegmentIndexEntry segment : published.values()) {
      assertThat(segment.getPrevTs()).isEqualTo(previous);
      previous = segment.getLastTs();
    }
    assertThat(publishedEntries()).isEqualTo(entries);
    assertThat(
            new ArchiveVerifier(
                    new ArchiveIndex(store, KEYS), VerifyListener.SILENT, InstantSource.system())
                .verify(true)
                .defects())
        .isEmpty();
  }

  private void assertSpoolFailedOnce() {
    assertThat(watch.spoolFailures)
        .singleElement()
        .satisfies(e -> assertThat(e.code()).isEqualTo(ArchiveError.ARCHIVE_DISK_FAILED));
  }

  @Test
  void shouldLoseNothingWhenTheSpoolFailsWhileItCatchesUp() throws IOException {
    topic.add(events.start());
    for (int i = 0; i < 95; i++) {
      topic.add(events.entry());
    }
    topic.add(events.heartbeat());
    failSpoolAfter(3);

    assign();
    tickUntil(() -> durable.get() == topic.end());

    assertSpoolFailedOnce();
    assertHoldsAll(95);
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
    assertHoldsAll(95);
  }
}
