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
 */
final class OverlayTable {

  /** What a slot holds. */
  static final byte EMPTY = 0;

  /** A document was here; the slot only keeps probing going. */
  static final byte GONE = 1;

  static final byte LIVE = 2;

  /** A document whose key an unexplained update named; a replacement made it. */
  static final byte HEALED = 3;

  /** No document, only the {@code _id} that an unexplained update named. */
  static final byte MISSING = 4;

  /** Bytes that a document takes besides its own: array header, hash, reference, state, number. */
  private static final int SLOT_WEIGHT = 16 + (8 + 4 + 1 + 8) * 2;

  private static final int INITIAL = 8;

  private long[] hashes = new long[INITIAL];
  private byte[][] documents = new byte[INITIAL][];
  private byte[] states = new byte[INITIAL];

  /** The place of a document in a capped collection, else a watermark or a ledger's optime. */
  private long[] numbers = new long[INITIAL];

  private int used;
  private int live;
  private long weight;

  /** The slot of a key, or -1. Documents without an {@code _id} are never found. */
  int find(long hash, BsonSlice keyDocument) {
    int mask = hashes.length - 1;
    BsonCursor key = null;
    for (int at = start(hash, mask); states[at] != EMPTY; at = (at + 1) & mask) {
      if (hashes[at] == hash && states[at] != GONE) {
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

  /** Adds a document whose key is not in the table. */
  int add(long hash, byte[] document, byte state, long number) {
    if ((used + 1) * 3L > hashes.length * 2L) {
      rehash();
    }
    int mask = hashes.length - 1;
    int at = start(hash, mask);
    while (states[at] != EMPTY) {
      at = (at + 1) & mask;
    }
    hashes[at] = hash;
    used++;
    fill(at, document, state, number);
    return at;
  }

  private void fill(int at, byte[] document, byte state, long number) {
    documents[at] = document;
    states[at] = state;
    numbers[at] = number;
    live++;
    weight += document.length + SLOT_WEIGHT;
  }

  void replace(int at, byte[] document, byte state, long number) {
    weight += document.length - documents[at].length;
    documents[at] = document;
    states[at] = state;
    numbers[at] = number;
  }

  void remove(int at) {
    weight -= documents[at].length + SLOT_WEIGHT;
    documents[at] = null;
    states[at] = GONE;
    live--;
  }

  byte state(int at) {
    return states[at];
  }

  long number(int at) {
    return numbers[at];
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
    return IntStream.range(0, states.length)
        .filter(at -> states[at] > GONE)
        .boxed()
        .sorted(this::compare)
        .mapToInt(Integer::intValue)
        .toArray();
  }

  private int compare(int left, int right) {
    int byHash = Long.compareUnsigned(hashes[left], hashes[right]);
    return byHash != 0 ? byHash : Arrays.compareUnsigned(documents[left], documents[right]);
  }

  private static int start(long hash, int mask) {
    // The upper bits choose the partition, so that they say nothing here.
    return (int) (hash & mask);
  }

  private void rehash() {
    long[] oldHashes = hashes;
    byte[][] oldDocuments = documents;
    byte[] oldStates = states;
    long[] oldNumbers = numbers;
    int capacity = INITIAL;
    while (capacity < live * 3L) {
      capacity *= 2;
    }
    hashes = new long[capacity];
    documents = new byte[capacity][];
    states = new byte[capacity];
    numbers = new long[capacity];
    used = 0;
    int mask = capacity - 1;
    for (int i = 0; i < oldHashes.length; i++) {
      if (oldStates[i] > GONE) {
        int at = start(oldHashes[i], mask);
        while (states[at] != EMPTY) {
          at = (at + 1) & mask;
        }
        hashes[at] = oldHashes[i];
        documents[at] = oldDocuments[i];
        states[at] = oldStates[i];
        numbers[at] = oldNumbers[i];
        used++;
      }
    }
  }
}
