package dev.tidemark.archive.container;

import dev.tidemark.archive.error.ArchiveError;
import dev.tidemark.archive.error.ArchiveException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;

/**
 * The front of an Avro object container.
 *
 * @param meta its metadata
 * @param sync the 16 bytes that end every block
 * @param length bytes of the header, hence the offset of the first block
 */
public record ContainerHeader(Map<String, byte[]> meta, byte[] sync, int length) {

  /** Metadata: how blocks are compressed. */
  public static final String CODEC = "avro.codec";

  /** Metadata: the schema of the data, as JSON. */
  public static final String SCHEMA = "avro.schema";

  public static final int SYNC_BYTES = 16;

  private static final byte[] MAGIC = {'O', 'b', 'j', 1};

  /** Whether bytes begin as a container does. */
  public static boolean isContainer(byte[] bytes) {
    return bytes.length >= MAGIC.length
        && Arrays.equals(bytes, 0, MAGIC.length, MAGIC, 0, MAGIC.length);
  }

  /** The bytes of a header; the metadata stands in the order of the map. */
  public static byte[] encode(Map<String, byte[]> meta, byte[] sync) {
    try {
      ByteArrayOutputStream out = new ByteArrayOutputStream(8 * 1024);
      out.write(MAGIC);
      BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(out, null);
      encoder.writeMapStart();
      encoder.setItemCount(meta.size());
      for (Map.Entry<String, byte[]> item : meta.entrySet()) {
        encoder.startItem();
        encoder.writeString(item.getKey());
        encoder.writeBytes(item.getValue());
      }
      encoder.writeMapEnd();
      encoder.flush();
      out.write(sync);
      return out.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Parses a header.
   *
   * @param bytes the object's first bytes
   * @param where for messages
   * @return empty if the header is longer than {@code bytes}
   * @throws ArchiveException {@code ARCHIVE_OBJECT_CORRUPT} if it is no header
   */
  public static Optional<ContainerHeader> parse(byte[] bytes, String where) {
    try {
      return Optional.of(new Parser(ByteBuffer.wrap(bytes), where).header());
    } catch (BufferUnderflowException e) {
      return Optional.empty();
    }
  }

  /**
   * A value of the metadata.
   *
   * @throws ArchiveException {@code ARCHIVE_FORMAT_UNKNOWN} if it is missing
   */
  public byte[] required(String name, String where) {
    byte[] value = meta.get(name);
    if (value == null) {
      throw new ArchiveException(
          ArchiveError.ARCHIVE_FORMAT_UNKNOWN,
          "the Avro container has no " + name + " in its metadata: something else wrote it",
          where,
          "Remove foreign objects from the archive's folders");
    }
    return value;
  }

  /** As {@link #required}, of a text. */
  public String requiredText(String name, String where) {
    return new String(required(name, where), StandardCharsets.UTF_8);
  }

  private record Parser(ByteBuffer in, String where) {

    ContainerHeader header() {
      byte[] magic = bytes(MAGIC.length);
      if (!Arrays.equals(magic, MAGIC)) {
        throw new ArchiveException(
            ArchiveError.ARCHIVE_OBJECT_CORRUPT,
            "the object does not begin like an Avro container",
            where,
            "Run tidemark verify --deep; if the archive is encrypted, name its key");
      }
      Map<String, byte[]> meta = new HashMap<>();
      for (long count = varLong(); count != 0; count = varLong()) {
        if (count < 0) {
          // Avro writes the block's size after a negative count.
          count = -count;
          varLong();
        }
        for (long i = 0; i < count; i++) {
          String name = new String(bytes(length()), StandardCharsets.UTF_8);
          meta.put(name, bytes(length()));
        }
      }
      return new ContainerHeader(meta, bytes(SYNC_BYTES), in.position());
    }

    private int length() {
      long length = varLong();
      if (length < 0 || length > Integer.MAX_VALUE) {
        throw ArchiveException.corrupt("the header holds an impossible length", where, null);
      }
      return (int) length;
    }

    private byte[] bytes(int length) {
      if (length > in.remaining()) {
        throw new BufferUnderflowException();
      }
      byte[] bytes = new byte[length];
      in.get(bytes);
      return bytes;
    }

    private long varLong() {
      return Varint.read(
          in, () -> ArchiveException.corrupt("a number has too many bits", where, null));
    }
  }
}
