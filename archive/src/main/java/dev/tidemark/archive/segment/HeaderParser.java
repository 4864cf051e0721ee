package dev.tidemark.archive.segment;

import dev.tidemark.archive.error.ArchiveError;
import dev.tidemark.archive.error.ArchiveException;
import dev.tidemark.schemas.archive.SegmentIndexEntry;
import dev.tidemark.schemas.json.MalformedJsonException;
import dev.tidemark.schemas.json.PlainJson;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.Schema;
import org.apache.avro.SchemaParseException;

/** Reads the front of a segment from bytes that may end too early. */
final class HeaderParser {

  private final ByteBuffer in;
  private final String where;

  private HeaderParser(byte[] bytes, String where) {
    this.in = ByteBuffer.wrap(bytes);
    this.where = where;
  }

  /**
   * Parses a header.
   *
   * @param bytes the object's first bytes
   * @param where for messages
   * @return empty if the header is longer than {@code bytes}
   */
  static Optional<SegmentHeader> parse(byte[] bytes, String where) {
    try {
      return Optional.of(new HeaderParser(bytes, where).header());
    } catch (BufferUnderflowException e) {
      return Optional.empty();
    }
  }

  private SegmentHeader header() {
    byte[] magic = bytes(SegmentHeader.MAGIC.length);
    if (!Arrays.equals(magic, SegmentHeader.MAGIC)) {
      throw new ArchiveException(
          ArchiveError.ARCHIVE_OBJECT_CORRUPT,
          "the object does not begin like an Avro container",
          where,
          "Run tidemark verify --deep; if the archive is encrypted, name its key");
    }
    Map<String, byte[]> meta = meta();
    byte[] sync = bytes(SegmentHeader.SYNC_BYTES);
    byte[] schema = required(meta, SegmentHeader.META_SCHEMA);
    byte[] index = required(meta, SegmentHeader.META_INDEX);
    byte[] checksum = required(meta, SegmentHeader.META_CHECKSUM);
    if (!Arrays.equals(checksum, SegmentHeader.checksum(schema, index))) {
      throw SegmentHeader.corrupt("the segment's header fails its checksum", where, null);
    }
    String codec = text(required(meta, SegmentHeader.META_CODEC));
    if (!codec.equals(SegmentHeader.CODEC)) {
      throw SegmentHeader.corrupt("the segment's codec is '" + codec + "'", where, null);
    }
    return new SegmentHeader(schema(schema), entry(index), sync, in.position());
  }

  private Map<String, byte[]> meta() {
    Map<String, byte[]> meta = new HashMap<>();
    for (long count = varLong(); count != 0; count = varLong()) {
      if (count < 0) {
        // Avro writes the block's size after a negative count.
        count = -count;
        varLong();
      }
      for (long i = 0; i < count; i++) {
        meta.put(text(bytes(length())), bytes(length()));
      }
    }
    return meta;
  }

  private byte[] required(Map<String, byte[]> meta, String name) {
    byte[] value = meta.get(name);
    if (value == null) {
      throw new ArchiveException(
          ArchiveError.ARCHIVE_FORMAT_UNKNOWN,
          "the Avro container has no " + name + " in its metadata, so it is not a segment",
          where,
          "Remove foreign objects from the archive's folders");
    }
    return value;
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private Schema schema(byte[] json) {
    try {
      return new Schema.Parser().parse(text(json));
    } catch (SchemaParseException e) {
      throw SegmentHeader.corrupt("the segment's schema cannot be parsed", where, e);
    }
  }

  private SegmentIndexEntry entry(byte[] json) {
    try {
      return PlainJson.read(json, SegmentIndexEntry.class);
    } catch (MalformedJsonException e) {
      throw new ArchiveException(
          ArchiveError.ARCHIVE_FORMAT_UNKNOWN,
          "the segment's index entry has another form than this version knows",
          where,
          "Use the version of Tidemark that wrote it, or a newer one",
          e);
    }
  }

  private int length() {
    long length = varLong();
    if (length < 0 || length > Integer.MAX_VALUE) {
      throw SegmentHeader.corrupt("the segment's header holds an impossible length", where, null);
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
    return Varint.read(in, () -> SegmentHeader.corrupt("a number has too many bits", where, null));
  }
}
