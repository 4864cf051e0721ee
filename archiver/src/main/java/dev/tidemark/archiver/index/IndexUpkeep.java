package dev.tidemark.archiver.index;

import dev.tidemark.archive.error.ArchiveException;
import dev.tidemark.archive.index.RollupKeeper;
import dev.tidemark.archive.key.ObjectKeys;
import dev.tidemark.archive.key.OptimeHour;
import dev.tidemark.archive.key.ReplicaSetRef;
import dev.tidemark.archive.key.SegmentKey;
import dev.tidemark.archive.segment.SegmentReader;
import dev.tidemark.archive.store.ObjectInfo;
import dev.tidemark.archive.store.ObjectStore;
import dev.tidemark.archiver.upload.Backoff;
import dev.tidemark.oplog.optime.Optime;
import dev.tidemark.schemas.archive.SegmentIndexEntry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps what is derived from the objects up to date, on a thread of its own: roll-ups of the hours
 * that are over, and index entries that a stopped archiver may not have published any more.
 *
 * <p>Everything it writes can be made again from the objects. While the store is away it tries
 * again; what fails for another reason is logged, and the next hour, or the next start, makes up
 * for it. Thread-safe.
 *
 * <p>That an hour has a roll-up also says that its index entries were published: no hour of a set
 * that goes on is rolled up before the entries of all hours without a roll-up were published once
 * more. So archivers that are killed one after the other leave no entry unpublished, however little
 * each of them got done.
 */
public final class IndexUpkeep implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(IndexUpkeep.class);

  /** How far back a set's roll-ups are looked after: the longest pause that is made up for. */
  private static final long ROLLUP_HOURS = 48;

  private final ObjectStore store;
  private final ObjectKeys keys;
  private final RollupKeeper rollups;
  private final Map<ReplicaSetRef, OptimeHour> newestHours = new ConcurrentHashMap<>();
  private final Set<ReplicaSetRef> resuming = ConcurrentHashMap.newKeySet();
  private final Backoff backoff;
  private final Duration settling;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread made = new Thread(task, "tidemark-index");
            made.setDaemon(true);
            return made;
          });

  /**
   * @param backoff between attempts while the store is away
   * @param settling how long published entries may take to reach their topic
   */
  public IndexUpkeep(ObjectStore store, ObjectKeys keys, Backoff backoff, Duration settling) {
    this.store = store;
    this.keys = keys;
    this.backoff = backoff;
    this.settling = settling;
    this.rollups = new RollupKeeper(store, keys);
  }

  /**
   * A set goes on from its newest segment: reads the index entries again that an earlier archiver
   * may not have published, those of the hours without a roll-up and of the last one with, and then
   * rolls up what is over.
   *
   * @param published takes each entry, on this object's thread
   */
  public void resumed(SegmentIndexEntry newest, Consumer<SegmentIndexEntry> published) {
    ReplicaSetRef set = setOf(newest);
    OptimeHour hour = hourOf(newest);
    resuming.add(set);
    newestHours.put(set, hour);
    submit(
        set,
        () -> {
          SortedSet<OptimeHour> hours = new TreeSet<>(List.of(hour.previous(), hour));
          hours.addAll(rollups.finishedHours(set, oldestRolledUp(hour)));
          for (OptimeHour each : hours) {
            entries(set, each).forEach(published);
          }
          schedule(set, () -> rollUpAfterResuming(set), 0, settling.toMillis());
        });
  }

  private void rollUpAfterResuming(ReplicaSetRef set) {
    resuming.remove(set);
    rollUp(set, newestHours.get(set));
  }

  /** A segment is in the store. */
  public void stored(SegmentIndexEntry entry) {
    ReplicaSetRef set = setOf(entry);
    OptimeHour hour = hourOf(entry);
    OptimeHour before = newestHours.put(set, hour);
    if ((before == null || before.compareTo(hour) < 0) && !resuming.contains(set)) {
      submit(set, () -> rollUp(set, hour));
    }
  }

  private void rollUp(ReplicaSetRef set, OptimeHour newest) {
    for (OptimeHour rolled : rollups.rollUpFinishedHours(set, oldestRolledUp(newest))) {
      LOG.info("Rolled up hour {} of {}", rolled, set);
    }
  }

  private static OptimeHour oldestRolledUp(OptimeHour newest) {
    return new OptimeHour(newest.epochHour() - ROLLUP_HOURS);
  }

  private List<SegmentIndexEntry> entries(ReplicaSetRef set, OptimeHour hour) {
    try (Stream<ObjectInfo> listed = store.list(keys.hourPrefix(set, hour))) {
      return listed
          .flatMap(object -> SegmentKey.parse(object.key()).stream())
          .map(key -> SegmentReader.open(store, key.key()).entry())
          .toList();
    }
  }

  private void submit(ReplicaSetRef set, Runnable task) {
    schedule(set, task, 0, 0);
  }

  private void schedule(ReplicaSetRef set, Runnable task, int failures, long delayMillis) {
    try {
      ScheduledFuture<?> unused =
          thread.schedule(() -> run(set, task, failures), delayMillis, TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      LOG.debug("{}: the archiver stops, the next one looks after the index", set, e);
    }
  }

  private void run(ReplicaSetRef set, Runnable task, int failures) {
    try {
      task.run();
    } catch (ArchiveException e) {
      if (e.isRetriable()) {
        long pause = backoff.millisAfter(failures + 1);
        LOG.warn("The index of {} waits for the archive; next in {} ms", set, pause, e);
        schedule(set, task, failures + 1, pause);
      } else {
        resuming.remove(set);
        LOG.warn("The index of {} is not up to date; the next hour makes up for it", set, e);
      }
    }
  }

  private static ReplicaSetRef setOf(SegmentIndexEntry entry) {
    return new ReplicaSetRef(entry.getSource(), entry.getSetId());
  }

  private static OptimeHour hourOf(SegmentIndexEntry entry) {
    return OptimeHour.of(new Optime(entry.getFirstTs()));
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
