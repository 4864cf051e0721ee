package dev.tidemark.archive.segment;

import dev.tidemark.archive.container.ContainerHeader;
import dev.tidemark.archive.error.ArchiveError;
import dev.tidemark.archive.error.ArchiveException;
import dev.tidemark.schemas.archive.SegmentIndexEntry;
import dev.tidemark.schemas.json.MalformedJsonException;
import dev.tidemark.schemas.json.PlainJson;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.Schema;
import org.apache.avro.SchemaParseException;

/** Reads the front of a segment from bytes that may end too early. */
final class HeaderParser {

  /** An archive knows few schemas, one for each version of the contract that wrote to it. */
  private static final int MAX_SCHEMAS = 64;

  private static final Map<String, Schema> SCHEMAS = new ConcurrentHashMap<>();

  private HeaderParser() {}

  /**
   * Parses a header.
   *
   * @param bytes the object's first bytes
   * @param where for messages
   * @return empty if the header is longer than {@code bytes}
   */
  static Optional<SegmentHeader> parse(byte[] bytes, String where) {
    return ContainerHeader.parse(bytes, where).map(header -> header(header, where));
  }

  private static SegmentHeader header(ContainerHeader header, String where) {
    byte[] schema = header.required(ContainerHeader.SCHEMA, where);
    byte[] index = header.required(SegmentHeader.META_INDEX, where);
    byte[] checksum = header.required(SegmentHeader.META_CHECKSUM, where);
    if (!Arrays.equals(checksum, SegmentHeader.checksum(schema, index))) {
      throw ArchiveException.corrupt("the segment's header fails its checksum", where, null);
    }
    String codec = header.requiredText(ContainerHeader.CODEC, where);
    if (!codec.equals(SegmentHeader.CODEC)) {
      throw ArchiveException.corrupt("the segment's codec is '" + codec + "'", where, null);
    }
    return new SegmentHeader(
        schema(schema, where), entry(index, where), header.sync(), header.length());
  }

  private static Schema schema(byte[] json, String where) {
    String text = new String(json, StandardCharsets.UTF_8);
    Schema known = SCHEMAS.get(text);
    if (known != null) {
      return known;
    }
    try {
      Schema parsed = new Schema.Parser().parse(text);
      if (SCHEMAS.size() < MAX_SCHEMAS) {
        SCHEMAS.put(text, parsed);
      }
      return parsed;
    } catch (SchemaParseException e) {
      throw ArchiveException.corrupt("the segment's schema cannot be parsed", where, e);
    }
  }

  private static SegmentIndexEntry entry(byte[] json, String where) {
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
}
