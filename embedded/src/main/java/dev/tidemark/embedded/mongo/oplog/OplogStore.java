package dev.tidemark.embedded.mongo.oplog;

import dev.tidemark.embedded.mongo.bson.RawDocument;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The capped collection {@code local.oplog.rs}: raw entries by optime. One writer at a time (the
 * caller's lock), any number of readers.
 *
 * <p>An entry becomes visible with {@link #publish()}, and to majority readers once the majority
 * point has passed it; both points only rise. Optimes are BSON timestamps as unsigned 64-bit
 * numbers.
 */
public final class OplogStore {

  /** The place of one entry: its optime and the term it was written in. */
  public record Position(long timestamp, long term, long wallMillis) {}

  private final ConcurrentSkipListMap<Long, RawDocument> entries =
      new ConcurrentSkipListMap<>(Long::compareUnsigned);
  private final AtomicLong bytes = new AtomicLong();
  private final long maxBytes;
  private final Object changed = new Object();
  private volatile Position appended;
  private volatile Position visible;
  private volatile Position majority;
  private volatile boolean majorityHeld;

  public OplogStore(long maxBytes, Position origin) {
    this.maxBytes = maxBytes;
    this.appended = origin;
    this.visible = origin;
    this.majority = origin;
  }

  /**
   * Adds an entry behind all others; the oldest ones give way once the size limit is passed.
   *
   * @throws IllegalArgumentException if the optime is not above the newest one
   */
  public void append(Position position, RawDocument entry) {
    if (Long.compareUnsigned(position.timestamp(), appended.timestamp()) <= 0) {
      throw new IllegalArgumentException(
          "optime "
              + print(position.timestamp())
              + " is not above the newest, "
              + print(appended.timestamp()));
    }
    entries.put(position.timestamp(), entry);
    appended = position;
    if (bytes.addAndGet(entry.length()) > maxBytes) {
      while (bytes.get() > maxBytes && entries.size() > 1) {
        dropOldest();
      }
    }
  }

  /** Makes all appended entries visible and wakes the readers that wait for them. */
  public void publish() {
    synchronized (changed) {
      visible = appended;
      if (!majorityHeld) {
        majority = appended;
      }
      changed.notifyAll();
    }
  }

  /** From now on entries stay below the majority point until {@link #releaseMajority()}. */
  public void holdMajority() {
    synchronized (changed) {
      majorityHeld = true;
    }
  }

  public void releaseMajority() {
    synchronized (changed) {
      majorityHeld = false;
      majority = visible;
      changed.notifyAll();
    }
  }

  /** Drops every entry at or below the optime, as a capped oplog does when it rolls over. */
  public void rollOver(long upTo) {
    while (!entries.isEmpty() && Long.compareUnsigned(entries.firstKey(), upTo) <= 0) {
      dropOldest();
    }
    wake();
  }

  private void dropOldest() {
    Map.Entry<Long, RawDocument> oldest = entries.pollFirstEntry();
    bytes.addAndGet(-oldest.getValue().length());
  }

  /** Wakes waiting readers so that they look at their cursor's state again. */
  public void wake() {
    synchronized (changed) {
      changed.notifyAll();
    }
  }

  /**
   * Waits until an entry above {@code after} is visible at that level, or the time is over.
   *
   * @return whether one is
   */
  public boolean await(long after, boolean atMajority, Duration atMost, Interrupt interrupt)
      throws InterruptedException {
    long deadline = System.nanoTime() + atMost.toNanos();
    synchronized (changed) {
      while (Long.compareUnsigned(point(atMajority).timestamp(), after) <= 0) {
        long left = deadline - System.nanoTime();
        if (left <= 0 || interrupt.now()) {
          return false;
        }
        changed.wait(Math.max(1, left / 1_000_000));
      }
      return true;
    }
  }

  /** Tells a waiting reader to stop waiting. */
  public interface Interrupt {
    boolean now();
  }

  /** The next entry above {@code after} that is visible at that level, or null. */
  public Map.Entry<Long, RawDocument> next(long after, boolean atMajority) {
    return bounded(entries.higherEntry(after), atMajority);
  }

  /** The first entry at or above the optime that is visible at that level, or null. */
  public Map.Entry<Long, RawDocument> from(long timestamp, boolean atMajority) {
    return bounded(entries.ceilingEntry(timestamp), atMajority);
  }

  /** The newest visible entry at or below the optime, or null. */
  public Map.Entry<Long, RawDocument> last(long timestamp, boolean atMajority) {
    long point = point(atMajority).timestamp();
    return entries.floorEntry(Long.compareUnsigned(point, timestamp) < 0 ? point : timestamp);
  }

  private Map.Entry<Long, RawDocument> bounded(
      Map.Entry<Long, RawDocument> entry, boolean atMajority) {
    return entry == null || Long.compareUnsigned(entry.getKey(), point(atMajority).timestamp()) > 0
        ? null
        : entry;
  }

  private Position point(boolean atMajority) {
    return atMajority ? majority : visible;
  }

  public Position newest() {
    return visible;
  }

  public Position majority() {
    return majority;
  }

  public Position newestAppended() {
    return appended;
  }

  /** Whether an optime once written has been dropped at the old end. */
  public boolean hasRolledPast(long timestamp) {
    Map.Entry<Long, RawDocument> oldest = entries.firstEntry();
    return oldest != null && Long.compareUnsigned(timestamp, oldest.getKey()) < 0;
  }

  public int size() {
    return entries.size();
  }

  public long bytes() {
    return bytes.get();
  }

  public long maxBytes() {
    return maxBytes;
  }

  static String print(long timestamp) {
    return Integer.toUnsignedString((int) (timestamp >>> 32)) + ":" + (timestamp & 0xFFFFFFFFL);
  }
}
