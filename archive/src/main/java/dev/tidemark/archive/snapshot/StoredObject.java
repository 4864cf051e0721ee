package dev.tidemark.archive.snapshot;

import java.util.Objects;
import java.util.zip.CRC32C;

/**
 * An object of a snapshot as it was stored.
 *
 * @param key its key
 * @param bytes its size
 * @param crc32c CRC-32C of its bytes, or {@link #CRC_UNKNOWN}
 */
public record StoredObject(String key, long bytes, long crc32c) {

  /** Nobody added the checksum up. */
  public static final long CRC_UNKNOWN = -1;

  public StoredObject {
    Objects.requireNonNull(key, "key");
  }

  /** An object of these bytes. */
  public static StoredObject of(String key, byte[] content) {
    CRC32C crc = new CRC32C();
    crc.update(content);
    return new StoredObject(key, content.length, crc.getValue());
  }

  /** An object of which nobody added the checksum up. */
  public StoredObject(String key, long bytes) {
    this(key, bytes, CRC_UNKNOWN);
  }
}
