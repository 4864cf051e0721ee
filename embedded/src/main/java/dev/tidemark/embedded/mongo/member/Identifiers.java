package dev.tidemark.embedded.mongo.member;

import java.nio.ByteBuffer;
import java.util.UUID;
import java.util.random.RandomGenerator;

/** Draws UUIDs and ObjectIds from one source of randomness. Used under the write lock. */
public final class Identifiers {

  private final RandomGenerator random;

  public Identifiers(RandomGenerator random) {
    this.random = random;
  }

  public UUID uuid() {
    long high = (random.nextLong() & ~0xF000L) | 0x4000L;
    long low = (random.nextLong() & 0x3FFFFFFFFFFFFFFFL) | 0x8000000000000000L;
    return new UUID(high, low);
  }

  public byte[] objectId(long nowMillis) {
    return ByteBuffer.allocate(12)
        .putInt((int) (nowMillis / 1000))
        .putLong(random.nextLong())
        .array();
  }

  public long cursorId() {
    return (random.nextLong() >>> 1) | 1;
  }
}
