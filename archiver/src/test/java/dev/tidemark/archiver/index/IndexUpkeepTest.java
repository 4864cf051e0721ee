package dev.tidemark.archiver.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tidemark.archive.index.RollupKeeper;
import dev.tidemark.archive.key.ObjectKeys;
import dev.tidemark.archive.key.OptimeHour;
import dev.tidemark.archive.key.ReplicaSetRef;
import dev.tidemark.archive.segment.FinishedSegment;
import dev.tidemark.archive.store.ArchiveConfig;
import dev.tidemark.archive.store.ForwardingObjectStore;
import dev.tidemark.archive.store.ObjectInfo;
import dev.tidemark.archive.store.ObjectStore;
import dev.tidemark.archive.store.ObjectStores;
import dev.tidemark.archive.store.PutCondition;
import dev.tidemark.archiver.upload.Backoff;
import dev.tidemark.archiver.upload.Segments;
import dev.tidemark.oplog.optime.Optime;
import dev.tidemark.schemas.archive.SegmentIndexEntry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IndexUpkeepTest {

  private static final OptimeHour FIRST = new OptimeHour(472_000);
  private static final ObjectKeys KEYS = new ObjectKeys("shop");
  private static final Backoff BACKOFF = new Backoff(10, 10);

  @TempDir Path directory;
  @TempDir Path spool;
  private final List<SegmentIndexEntry> stored = new ArrayList<>();
  private final List<SegmentIndexEntry> published = new CopyOnWriteArrayList<>();
  private final Partition partition = new Partition();
  private ObjectStore store;
  private ReplicaSetRef set;

  private final class Partition implements KnownEntries {
    private volatile boolean open = true;

    @Override
    public void add(SegmentIndexEntry entry) {
      published.add(entry);
    }

    @Override
    public boolean isOpen() {
      return open;
    }
  }

  @BeforeEach
  void storeASegmentOfEachHour() throws IOException {
    store = ObjectStores.open(ArchiveConfig.ofUrl("file:" + directory));
    Segments segments = new Segments(spool);
    for (int hour = 0; hour < 6; hour++) {
      long optime = Optime.of((FIRST.epochHour() + hour) * 3_600, 1).value();
      FinishedSegment segment = segments.segment(optime, 2, hour);
      store.put(segment.key(), segment.content(), PutCondition.ifAbsent());
      stored.add(segment.entry());
    }
    set = new ReplicaSetRef(stored.get(0).getSource(), stored.get(0).getSetId());
  }

  @AfterEach
  void close() {
    store.close();
  }

  private IndexUpkeep upkeep(Duration settling) {
    return new IndexUpkeep(store, KEYS, BACKOFF, settling);
  }

  private List<OptimeHour> withoutRollup() {
    return new RollupKeeper(store, KEYS).finishedHours(set, FIRST);
  }

  private static List<OptimeHour> hours(int from, int to) {
    return LongStream.range(FIRST.epochHour() + from, FIRST.epochHour() + to)
        .mapToObj(OptimeHour::new)
        .toList();
  }

  @Test
  void shouldPublishAgainWhatHasNoRollupAndTheHourBefore() {
    hours(0, 3).forEach(hour -> new RollupKeeper(store, KEYS).rollUp(set, hour));
    try (IndexUpkeep upkeep = upkeep(Duration.ofHours(1))) {
      upkeep.resumed(stored.get(5), partition);

      await().until(() -> published.size() >= 3);
    }
    assertThat(published).isEqualTo(stored.subList(3, 6));
  }

  @Test
  void shouldRollUpOnlyWhenWhatWasPublishedHasSettled() {
    try (IndexUpkeep upkeep = upkeep(Duration.ofHours(1))) {
      upkeep.resumed(stored.get(4), partition);
      await().until(() -> published.size() >= 5);
      upkeep.stored(stored.get(5));
    }
    assertThat(withoutRollup()).isEqualTo(hours(0, 5));

    try (IndexUpkeep upkeep = upkeep(Duration.ZERO)) {
      upkeep.resumed(stored.get(5), partition);

      await().until(() -> withoutRollup().isEmpty());
    }
  }

  @Test
  void shouldRollUpTheHourThatIsOverWhenASegmentOfTheNextOneIsStored() {
    try (IndexUpkeep upkeep = upkeep(Duration.ZERO)) {
      upkeep.stored(stored.get(5));

      await().until(() -> withoutRollup().isEmpty());
    }
    assertThat(published).isEmpty();
  }

  @Test
  void shouldLeaveTheHoursToTheNextReaderWhenThePartitionWasTakenAway() {
    try (IndexUpkeep upkeep = upkeep(Duration.ZERO)) {
      partition.open = false;
      upkeep.resumed(stored.get(5), partition);
      assertThat(withoutRollup()).isEqualTo(hours(0, 5));

      upkeep.resumed(stored.get(5), new Partition());

      await().until(() -> withoutRollup().isEmpty());
      assertThat(published).as("by the next reader alone").isEqualTo(stored);
    }
  }

  @Test
  void shouldRollUpTheNextHourThoughTheResumptionFailedForAReasonNobodyForesaw() {
    AtomicBoolean failed = new AtomicBoolean();
    ObjectStore unforeseen =
        new ForwardingObjectStore(store) {
          @Override
          public Stream<ObjectInfo> list(String prefix, String startAfter) {
            if (failed.compareAndSet(false, true)) {
              throw new IllegalStateException("unforeseen");
            }
            return super.list(prefix, startAfter);
          }
        };
    try (IndexUpkeep upkeep = new IndexUpkeep(unforeseen, KEYS, BACKOFF, Duration.ZERO)) {
      upkeep.resumed(stored.get(4), partition);
      await().untilTrue(failed);
      await()
          .until(
              () -> {
                upkeep.stored(stored.get(4));
                upkeep.stored(stored.get(5));
                return withoutRollup().isEmpty();
              });
    }
  }
}
