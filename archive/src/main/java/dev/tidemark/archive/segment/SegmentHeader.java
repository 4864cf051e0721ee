package dev.tidemark.archive.segment;

import dev.tidemark.archive.container.ContainerHeader;
import dev.tidemark.schemas.archive.BlockIndex;
import dev.tidemark.schemas.archive.SegmentIndexEntry;
import dev.tidemark.schemas.json.PlainJson;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;

/**
 * The front of a segment: Avro's container header, whose metadata holds the segment's own index
 * entry as JSON, readable by any Avro tool.
 *
 * <p>Block offsets count from the start of the object, so the header's own length is part of what
 * it says.
 *
 * @param writerSchema the schema of the events
 * @param entry the segment's index entry
 * @param sync the 16 bytes that end every block
 * @param length bytes of the header, hence the offset of the first block
 */
public record SegmentHeader(Schema writerSchema, SegmentIndexEntry entry, byte[] sync, int length) {

  /** Of the metadata and of the rules about blocks. */
  public static final int FORMAT_VERSION = 1;

  static final String META_INDEX = "tidemark.index";
  static final String META_CHECKSUM = "tidemark.checksum";
  static final String CODEC = "zstandard";

  /** The bytes of a header, and the entry as it stands in them. */
  record Encoded(SegmentIndexEntry entry, byte[] bytes) {}

  /**
   * Lays a header out.
   *
   * @param entry without object size; its block offsets count from the first block
   * @param blockBytes bytes of all blocks
   */
  static Encoded encode(
      Schema writerSchema, SegmentIndexEntry.Builder entry, byte[] sync, long blockBytes) {
    List<BlockIndex> relative = List.copyOf(entry.getBlocks());
    // Longer headers only ever mean larger numbers, so that this ends.
    int length = 0;
    while (true) {
      long shift = length;
      entry
          .setBlocks(
              relative.stream()
                  .map(
                      b ->
                          new BlockIndex(
                              b.getOffset() + shift, b.getFirstTs(), b.getCount(), b.getCrc32c()))
                  .toList())
          .setObjectBytes(length + blockBytes);
      SegmentIndexEntry complete = entry.build();
      byte[] bytes = bytes(writerSchema, complete, sync);
      if (bytes.length == length) {
        return new Encoded(complete, bytes);
      }
      length = bytes.length;
    }
  }

  private static byte[] bytes(Schema writerSchema, SegmentIndexEntry entry, byte[] sync) {
    byte[] schema = writerSchema.toString().getBytes(StandardCharsets.UTF_8);
    byte[] index = PlainJson.write(entry).toString().getBytes(StandardCharsets.UTF_8);
    Map<String, byte[]> meta = new LinkedHashMap<>();
    meta.put(ContainerHeader.CODEC, CODEC.getBytes(StandardCharsets.UTF_8));
    meta.put(ContainerHeader.SCHEMA, schema);
    meta.put(META_INDEX, index);
    meta.put(META_CHECKSUM, checksum(schema, index));
    return ContainerHeader.encode(meta, sync);
  }

  static byte[] checksum(byte[] schema, byte[] index) {
    return HexFormat.of()
        .formatHex(ContentHash.sha256(schema, index))
        .getBytes(StandardCharsets.US_ASCII);
  }
}
