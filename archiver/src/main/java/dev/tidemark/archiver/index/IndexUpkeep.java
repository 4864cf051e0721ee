package dev.tidemark.archiver.index;

import dev.tidemark.archive.error.ArchiveException;
import dev.tidemark.archive.index.RollupKeeper;
import dev.tidemark.archive.key.ObjectKeys;
import dev.tidemark.archive.key.OptimeHour;
import dev.tidemark.archive.key.ReplicaSetRef;
import dev.tidemark.archive.store.ObjectStore;
import dev.tidemark.archiver.upload.Backoff;
import dev.tidemark.oplog.optime.Optime;
import dev.tidemark.schemas.archive.SegmentIndexEntry;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
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

  private final RollupKeeper rollups;
  private final Map<ReplicaSetRef, OptimeHour> newestHours = new ConcurrentHashMap<>();
  private final Map<ReplicaSetRef, KnownEntries> resuming = new ConcurrentHashMap<>();
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
    this.backoff = backoff;
    this.settling = settling;
    this.rollups = new RollupKeeper(store, keys);
  }

  /**
   * A set goes on from its newest segment: reads the index entries again that an earlier archiver
   * may not have published, those of the hours without a roll-up and of the last one with, the
   * oldest first, and rolls up what is over.
   *
   * @param entries takes each entry, on this object's thread
   */
  public void resumed(SegmentIndexEntry newest, KnownEntries entries) {
    ReplicaSetRef set = setOf(newest);
    OptimeHour hour = hourOf(newest);
    resuming.put(set, entries);
    newestHours.put(set, hour);
    submit(
        set,
        () -> {
          SortedSet<OptimeHour> hours = new TreeSet<>(List.of(hour.previous(), hour));
          List<OptimeHour> withoutRollup = rollups.finishedHours(set, oldestRolledUp(hour));
          hours.addAll(withoutRollup);
          publish(set, new ArrayDeque<>(hours), Set.copyOf(withoutRollup), entries);
        });
  }

  /** Hour by hour, so that a store that fails now and then delays only what is left. */
  private void publish(
      ReplicaSetRef set,
      Deque<OptimeHour> left,
      Set<OptimeHour> withoutRollup,
      KnownEntries entries) {
    if (!isResuming(set, entries)) {
      return;
    }
    OptimeHour hour = left.getFirst();
    rollups.headers(set, hour).forEach(entries::add);
    left.removeFirst();
    if (withoutRollup.contains(hour)) {
      schedule(set, () -> rollUpPublished(set, hour, entries), 0, settling.toMillis());
    }
    if (left.isEmpty()) {
      schedule(set, () -> endResuming(set, entries), 0, settling.toMillis());
    } else {
      submit(set, () -> publish(set, left, withoutRollup, entries));
    }
  }

  /** Not if the partition was taken away, or given anew, meanwhile: its next reader begins anew. */
  private boolean isResuming(ReplicaSetRef set, KnownEntries entries) {
    return resuming.get(set) == entries && entries.isOpen();
  }

  private void rollUpPublished(ReplicaSetRef set, OptimeHour hour, KnownEntries entries) {
    if (isResuming(set, entries)) {
      rollups.rollUp(set, hour);
      LOG.info("Rolled up hour {} of {}", hour, set);
    }
  }

  private void endResuming(ReplicaSetRef set, KnownEntries entries) {
    if (isResuming(set, entries)) {
      resuming.remove(set, entries);
      rollUp(set, newestHours.get(set));
    }
  }

  /** A segment is in the store. */
  public void stored(SegmentIndexEntry entry) {
    ReplicaSetRef set = setOf(entry);
    OptimeHour hour = hourOf(entry);
    OptimeHour before = newestHours.put(set, hour);
    if ((before == null || before.compareTo(hour) < 0) && !resuming.containsKey(set)) {
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
        leave(set, e);
      }
    } catch (RuntimeException e) {
      leave(set, e);
    }
  }

  private void leave(ReplicaSetRef set, RuntimeException reason) {
    resuming.remove(set);
    LOG.warn("The index of {} is not up to date; the next hour makes up for it", set, reason);
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
