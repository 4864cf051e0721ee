package dev.tidemark.oplog.key;

import java.util.UUID;

/**
 * Spreads documents over lanes that are worked on in parallel. Operations on one document meet on
 * one lane, in their order.
 *
 * <p>In a collection with a collation other than the simple one, different strings may be one
 * {@code _id}. All keys of such a collection that bear strings share a lane, so that the collation
 * need not be computed.
 */
public final class KeyLanes {

  private final int count;

  /**
   * @param count how many lanes there are, at least 1
   */
  public KeyLanes(int count) {
    if (count < 1) {
      throw new IllegalArgumentException("at least 1 lane is needed, not " + count);
    }
    this.count = count;
  }

  public int count() {
    return count;
  }

  /**
   * The lane of a document.
   *
   * @param collated whether the collection's default collation is other than the simple one
   * @return 0 to {@link #count()} - 1, the same in every process
   */
  public int laneOf(UUID collection, DocumentKey key, boolean collated) {
    long hash = collection.getMostSignificantBits() * 31 + collection.getLeastSignificantBits();
    if (!collated || !key.bearsString()) {
      hash = KeyHash.mix(hash) ^ key.hash64();
    }
    return (int) Math.floorMod(KeyHash.mix(hash), (long) count);
  }
}
