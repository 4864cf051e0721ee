package dev.tidemark.restorer.merge;

import dev.tidemark.oplog.bson.BsonCursor;
import dev.tidemark.oplog.bson.BsonSlice;
import dev.tidemark.oplog.key.DocumentKey;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * The touched documents of one collection in one partition: an open hash table from the hash of the
 * key to the document's bytes, in which the key itself is the document's own {@code _id}. Not
 * thread-safe.
 *
 * <p>Every operation of a restore looks here, and memory far apart is what that costs. So the
 * ordinary case, a document of which nothing else is to be said, touches two arrays only.
 */
final class OverlayTable {

  /** What a slot holds. */
  enum State {
    LIVE,
    /** A document whose key an unexplained update named; a replacement made it. */
    HEALED,
    /** No document, only the {@code _id} that an unexplained update named. */
    MISSING,
    /** No document, only the {@code _id} of one whose insert was left out. */
    ABSENT
  }

  private static final State[] STATES = State.values();

  /** A document was here; the slot only keeps probing going. */
  private static final byte[] GONE = new byte[0];

  /** Marks an empty slot; keys never have this hash. */
  private static final long EMPTY = 0;

  /** Bytes that a document takes besides its own: array header, and its part of the table. */
  private static final int SLOT_WEIGHT = 16 + (8 + 4) * 2;

  private static final int NOTE_WEIGHT = (8 + 1) * 2;
  private static final int INITIAL = 8;

  private long[] hashes = new long[INITIAL];
  private byte[][] documents = new byte[INITIAL][];

  /** States and numbers of the slots, as soon as one of them says something. */
  private byte[] states;

  private long[] numbers;

  /** What undo knows of the slots, as soon as it knows something. */
  private Undone[] undone;

  private int used;
  private int live;
  private long weight;

  /** The slot of a key, or -1. Documents without an {@code _id} are never found. */
  int find(long keyHash, BsonSlice keyDocument) {
    long hash = notEmpty(keyHash);
    int mask = hashes.length - 1;
    BsonCursor key = null;
    for (int at = start(hash, mask); hashes[at] != EMPTY; at = (at + 1) & mask) {
      if (hashes[at] == hash && isFilled(at)) {
        if (key == null) {
          key = keyDocument.find("_id");
          if (key == null) {
            return -1;
          }
        }
        if (sameKey(documents[at], key)) {
          return at;
        }
      }
    }
    return -1;
  }

  private static boolean sameKey(byte[] document, BsonCursor key) {
    BsonCursor stored = BsonSlice.of(document).find("_id");
    if (stored == null) {
      return false;
    }
    boolean sameBytes =
        stored.tag() == key.tag()
            && Arrays.equals(
                stored.array(),
                stored.valueOffset(),
                stored.valueOffset() + stored.valueLength(),
                key.array(),
                key.valueOffset(),
                key.valueOffset() + key.valueLength());
    return sameBytes || DocumentKey.of(stored).equals(DocumentKey.of(key));
  }

  /** Adds a document whose key is not in the table, and tells its slot. */
  int add(long keyHash, byte[] document, State state, long number) {
    if ((used + 1) * 3L > hashes.length * 2L) {
      rehash();
    }
    long hash = notEmpty(keyHash);
    int at = freeSlot(hash);
    hashes[at] = hash;
    documents[at] = document;
    used++;
    live++;
    weight += document.length + SLOT_WEIGHT;
    note(at, state, number);
    return at;
  }

  void replace(int at, byte[] document, State state, long number) {
    weight += document.length - documents[at].length;
    documents[at] = document;
    note(at, state, number);
  }

  /** Puts other bytes in place of a document and leaves all else as it is. */
  void change(int at, byte[] document) {
    weight += document.length - documents[at].length;
    documents[at] = document;
  }

  void remove(int at) {
    weight -= documents[at].length + SLOT_WEIGHT;
    documents[at] = GONE;
    live--;
    if (undone != null) {
      undone(at, null);
    }
  }

  /** What undo knows of a document; null for nothing. */
  Undone undone(int at) {
    return undone == null ? null : undone[at];
  }

  void undone(int at, Undone known) {
    if (undone == null) {
      if (known == null) {
        return;
      }
      undone = new Undone[hashes.length];
    }
    weight += (known == null ? 0 : known.weight()) - (undone[at] == null ? 0 : undone[at].weight());
    undone[at] = known;
  }

  private void note(int at, State state, long number) {
    if (states == null) {
      if (state == State.LIVE && number == 0) {
        return;
      }
      states = new byte[hashes.length];
      numbers = new long[hashes.length];
      weight += (long) NOTE_WEIGHT * live;
    }
    states[at] = (byte) state.ordinal();
    numbers[at] = number;
  }

  State state(int at) {
    return states == null ? State.LIVE : STATES[states[at]];
  }

  /**
   * The place of a document in a capped collection, else a watermark, or the optime of an
   * unexplained update; 0 if there is none.
   */
  long number(int at) {
    return numbers == null ? 0 : numbers[at];
  }

  long hash(int at) {
    return hashes[at];
  }

  BsonSlice document(int at) {
    return BsonSlice.of(documents[at]);
  }

  /** Bytes of memory, about. */
  long weight() {
    return weight;
  }

  /** The filled slots in the order of their hashes, equal ones in the order of their bytes. */
  int[] ordered() {
    return IntStream.range(0, hashes.length)
        .filter(this::isFilled)
        .boxed()
        .sorted(this::compare)
        .mapToInt(Integer::intValue)
        .toArray();
  }

  private int compare(int left, int right) {
    int byHash = Long.compareUnsigned(hashes[left], hashes[right]);
    return byHash != 0 ? byHash : Arrays.compareUnsigned(documents[left], documents[right]);
  }

  private boolean isFilled(int at) {
    byte[] document = documents[at];
    return document != null && document.length > 0;
  }

  private static long notEmpty(long hash) {
    return hash == EMPTY ? 1 : hash;
  }

  private static int start(long hash, int mask) {
    // The upper bits choose the partition, so that they say nothing here.
    return (int) (hash & mask);
  }

  private int freeSlot(long hash) {
    int mask = hashes.length - 1;
    int at = start(hash, mask);
    while (hashes[at] != EMPTY) {
      at = (at + 1) & mask;
    }
    return at;
  }

  private void rehash() {
    long[] oldHashes = hashes;
    byte[][] oldDocuments = documents;
    byte[] oldStates = states;
    long[] oldNumbers = numbers;
    Undone[] oldUndone = undone;
    int capacity = INITIAL;
    while (capacity < live * 3L) {
      capacity *= 2;
    }
    hashes = new long[capacity];
    documents = new byte[capacity][];
    states = oldStates == null ? null : new byte[capacity];
    numbers = oldNumbers == null ? null : new long[capacity];
    undone = oldUndone == null ? null : new Undone[capacity];
    used = live;
    for (int i = 0; i < oldHashes.length; i++) {
      if (oldDocuments[i] != null && oldDocuments[i].length > 0) {
        int at = freeSlot(oldHashes[i]);
        hashes[at] = oldHashes[i];
        documents[at] = oldDocuments[i];
        if (states != null) {
          states[at] = oldStates[i];
          numbers[at] = oldNumbers[i];
        }
        if (undone != null) {
          undone[at] = oldUndone[i];
        }
      }
    }
  }
}
