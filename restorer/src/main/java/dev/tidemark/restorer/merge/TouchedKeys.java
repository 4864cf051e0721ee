package dev.tidemark.restorer.merge;

import java.util.Arrays;

/**
 * Which documents of one collection the entries touch: a set of key hashes that may also claim what
 * it was never given, which only costs time.
 *
 * <p>As long as there is memory every hash is kept; then the same memory becomes a Bloom filter,
 * with 128 bits for each of the keys so far. Filled by one thread, then read by any number.
 */
final class TouchedKeys {

  private static final int INITIAL = 16;

  /**
   * However little memory is left, a set may have this many, so that one large does not spoil all.
   */
  private static final int FREE_SLOTS = 1 << 12;

  private static final int MAX_SLOTS = 1 << 27;

  /** Hash bits are independent, so each filter position takes its own part of them. */
  private static final int FILTER_POSITIONS = 4;

  private final KeyMemory memory;
  private long[] slots = new long[INITIAL];
  private int count;
  private boolean zero;
  private long[] filter;

  /**
   * @param memory what all sets together may take
   */
  TouchedKeys(KeyMemory memory) {
    this.memory = memory;
  }

  void add(long hash) {
    if (filter != null) {
      addToFilter(hash);
    } else if (hash == 0) {
      zero = true;
    } else {
      addExactly(hash);
    }
  }

  private void addExactly(long hash) {
    int at = slotOf(hash);
    if (slots[at] == hash) {
      return;
    }
    slots[at] = hash;
    count++;
    if (count > slots.length / 2) {
      if (slots.length < FREE_SLOTS
          || (slots.length < MAX_SLOTS && memory.take(slots.length * 8L))) {
        grow();
      } else {
        becomeFilter();
      }
    }
  }

  boolean mayContain(long hash) {
    if (filter != null) {
      return inFilter(hash);
    }
    return hash == 0 ? zero : slots[slotOf(hash)] == hash;
  }

  /** How many different keys were touched; a lower bound once the filter took over. */
  int count() {
    return count + (zero ? 1 : 0);
  }

  private int slotOf(long hash) {
    int mask = slots.length - 1;
    int at = (int) (hash & mask);
    while (slots[at] != 0 && slots[at] != hash) {
      at = (at + 1) & mask;
    }
    return at;
  }

  private void grow() {
    long[] old = slots;
    slots = new long[old.length * 2];
    for (long hash : old) {
      if (hash != 0) {
        slots[slotOf(hash)] = hash;
      }
    }
  }

  private void becomeFilter() {
    long[] exact = slots;
    slots = null;
    filter = new long[exact.length];
    if (zero) {
      addToFilter(0);
    }
    Arrays.stream(exact).filter(hash -> hash != 0).forEach(this::addToFilter);
  }

  private void addToFilter(long hash) {
    long mask = filter.length * 64L - 1;
    long rest = hash;
    for (int i = 0; i < FILTER_POSITIONS; i++) {
      long bit = rest & mask;
      filter[(int) (bit >>> 6)] |= 1L << bit;
      rest = Long.rotateRight(rest, 16) * 0x9E37_79B9_7F4A_7C15L;
    }
  }

  private boolean inFilter(long hash) {
    long mask = filter.length * 64L - 1;
    long rest = hash;
    for (int i = 0; i < FILTER_POSITIONS; i++) {
      long bit = rest & mask;
      if ((filter[(int) (bit >>> 6)] & 1L << bit) == 0) {
        return false;
      }
      rest = Long.rotateRight(rest, 16) * 0x9E37_79B9_7F4A_7C15L;
    }
    return true;
  }
}
