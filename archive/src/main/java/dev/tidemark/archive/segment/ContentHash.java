package dev.tidemark.archive.segment;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * The SHA-256 that says what entries a segment holds, however they are cut into blocks or
 * compressed: over the optime (8 bytes, big-endian) and the raw bytes of every entry in order.
 *
 * <p>Not thread-safe.
 */
public final class ContentHash {

  private final MessageDigest digest = newDigest();
  private final byte[] optimeBytes = new byte[Long.BYTES];
  private final ByteBuffer optime = ByteBuffer.wrap(optimeBytes);

  private static MessageDigest newDigest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** Adds an entry; the position of {@code entry} does not change. */
  public void add(long ts, ByteBuffer entry) {
    optime.putLong(0, ts);
    digest.update(optimeBytes);
    if (entry.hasArray()) {
      digest.update(entry.array(), entry.arrayOffset() + entry.position(), entry.remaining());
    } else {
      digest.update(entry.duplicate());
    }
  }

  /** The hash of what was added; ends the use of this object. */
  public byte[] finish() {
    return digest.digest();
  }

  static byte[] sha256(byte[]... parts) {
    MessageDigest digest = newDigest();
    for (byte[] part : parts) {
      digest.update(part);
    }
    return digest.digest();
  }
}
