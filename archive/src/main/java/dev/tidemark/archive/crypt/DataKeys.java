package dev.tidemark.archive.crypt;

import com.google.crypto.tink.subtle.AesGcmHkdfStreaming;
import com.google.crypto.tink.subtle.Random;
import dev.tidemark.archive.error.ArchiveException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The data keys in use. Each process writes with a data key of its own, from which every object
 * gets its own key by its random salt; an object's envelope carries the data key, wrapped.
 * Thread-safe.
 */
final class DataKeys {

  private static final byte[] MAGIC = "TIDEMARK".getBytes(StandardCharsets.US_ASCII);
  private static final byte VERSION = 1;
  private static final int KEY_BYTES = 32;
  private static final int PREFIX_BYTES = MAGIC.length + 1 + Short.BYTES;
  private static final int MAX_CACHED = 10_000;

  private final KeyWrapper wrapper;
  private final Map<String, AesGcmHkdfStreaming> known = new ConcurrentHashMap<>();
  private Current current;

  /**
   * What new objects are written with.
   *
   * @param envelope their front; not to be changed
   * @param cipher encrypts them
   */
  record Current(byte[] envelope, AesGcmHkdfStreaming cipher) {}

  DataKeys(KeyWrapper wrapper) {
    this.wrapper = wrapper;
  }

  /**
   * What is written with now; made for the first object, so that reading needs no right to wrap.
   */
  synchronized Current current() {
    if (current == null) {
      byte[] dataKey = Random.randBytes(KEY_BYTES);
      byte[] wrapped = wrapper.wrap(dataKey);
      ByteBuffer envelope = ByteBuffer.allocate(CipherLayout.ENVELOPE_BYTES);
      envelope.put(MAGIC).put(VERSION).putShort((short) wrapped.length).put(wrapped);
      current = new Current(envelope.array(), cipher(dataKey));
      known.put(id(wrapped), current.cipher());
    }
    return current;
  }

  private static String id(byte[] wrapped) {
    return HexFormat.of().formatHex(wrapped);
  }

  private static AesGcmHkdfStreaming cipher(byte[] dataKey) {
    try {
      return new AesGcmHkdfStreaming(
          dataKey, "HmacSha256", KEY_BYTES, CipherLayout.PIECE_BYTES, CipherLayout.ENVELOPE_BYTES);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the parameters are right for every data key", e);
    }
  }

  /**
   * Decrypts an object.
   *
   * @param front the object's first bytes, at least the envelope
   */
  AesGcmHkdfStreaming of(byte[] front, String where) {
    if (front.length < CipherLayout.ENVELOPE_BYTES
        || !Arrays.equals(front, 0, MAGIC.length, MAGIC, 0, MAGIC.length)
        || front[MAGIC.length] != VERSION) {
      throw ArchiveException.corrupt("the object is not encrypted as this archive is", where, null);
    }
    int length = ByteBuffer.wrap(front).getShort(MAGIC.length + 1);
    if (length < 1 || length > CipherLayout.ENVELOPE_BYTES - PREFIX_BYTES) {
      throw ArchiveException.corrupt("the object's envelope is damaged", where, null);
    }
    byte[] wrapped = Arrays.copyOfRange(front, PREFIX_BYTES, PREFIX_BYTES + length);
    String id = id(wrapped);
    AesGcmHkdfStreaming cipher = known.get(id);
    if (cipher == null) {
      cipher = cipher(wrapper.unwrap(wrapped));
      if (known.size() < MAX_CACHED) {
        known.put(id, cipher);
      }
    }
    return cipher;
  }

  /** What an object's content is bound to: its envelope and its key. */
  static byte[] associatedData(byte[] front, String key) {
    byte[] name = key.getBytes(StandardCharsets.UTF_8);
    byte[] data = Arrays.copyOf(front, CipherLayout.ENVELOPE_BYTES + name.length);
    System.arraycopy(name, 0, data, CipherLayout.ENVELOPE_BYTES, name.length);
    return data;
  }
}
