package dev.tidemark.archiver.durable;

import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.OptionalLong;

/**
 * The offset of a partition before which everything is in the archive.
 *
 * <p>Whatever is read but not archived yet holds the frontier at its first record: an open segment,
 * one that is being uploaded, a set that waits for a missing entry. Thread-safe.
 */
public final class DurableFrontier {

  private final Map<Object, Long> holds = new IdentityHashMap<>();
  private long position = -1;

  /**
   * Holds the frontier at an offset until {@link #release}; a holder that holds already keeps its
   * offset.
   *
   * @param holder told apart by identity
   */
  public synchronized void hold(Object holder, long offset) {
    holds.putIfAbsent(holder, offset);
  }

  public synchronized void release(Object holder) {
    holds.remove(holder);
  }

  /** Records that everything before an offset was read. */
  public synchronized void advance(long nextOffset) {
    position = Math.max(position, nextOffset);
  }

  /** The frontier, empty before anything was read. */
  public synchronized OptionalLong offset() {
    if (position < 0) {
      return OptionalLong.empty();
    }
    long held = holds.values().stream().min(Comparator.naturalOrder()).orElse(position);
    return OptionalLong.of(Math.min(held, position));
  }
}
