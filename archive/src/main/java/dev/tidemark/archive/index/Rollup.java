package dev.tidemark.archive.index;

import dev.tidemark.archive.container.ContainerHeader;
import dev.tidemark.archive.container.Varint;
import dev.tidemark.archive.error.ArchiveError;
import dev.tidemark.archive.error.ArchiveException;
import dev.tidemark.schemas.archive.SegmentIndexEntry;
import dev.tidemark.schemas.serde.TrustedRecords;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificDatumWriter;

/**
 * The index entries of one hour's segments in one object: an Avro object container, not compressed,
 * with a checksum over all it holds. Block offsets are left out: whoever reads a segment reads its
 * header.
 *
 * @param key its own key, so that a roll-up under another hour's key is noticed
 * @param entries in the order of their first optimes
 */
public record Rollup(String key, List<SegmentIndexEntry> entries) {

  private static final String META_KEY = "tidemark.rollup";
  private static final String META_CHECKSUM = "tidemark.checksum";
  private static final Schema SCHEMA = SegmentIndexEntry.getClassSchema();

  static {
    TrustedRecords.trust();
  }

  public Rollup {
    entries =
        entries.stream()
            .map(Rollup::withoutBlocks)
            .sorted(
                Comparator.comparing(SegmentIndexEntry::getFirstTs, Long::compareUnsigned)
                    .thenComparing(SegmentIndexEntry::getObjectKey))
            .toList();
  }

  /** An index entry as it stands in a roll-up. */
  public static SegmentIndexEntry withoutBlocks(SegmentIndexEntry entry) {
    return entry.getBlocks().isEmpty()
        ? entry
        : SegmentIndexEntry.newBuilder(entry).setBlocks(List.of()).build();
  }

  /** The object's bytes; the same entries give the same bytes. */
  public byte[] encode() {
    try {
      ByteArrayOutputStream data = new ByteArrayOutputStream();
      BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(data, null);
      SpecificDatumWriter<SegmentIndexEntry> writer = new SpecificDatumWriter<>(SCHEMA);
      for (SegmentIndexEntry entry : entries) {
        writer.write(entry, encoder);
      }
      encoder.flush();
      byte[] content = data.toByteArray();
      byte[] schema = SCHEMA.toString().getBytes(StandardCharsets.UTF_8);
      byte[] name = key.getBytes(StandardCharsets.UTF_8);
      byte[] checksum = sha256(name, schema, content);
      byte[] sync = Arrays.copyOf(checksum, ContainerHeader.SYNC_BYTES);
      Map<String, byte[]> meta = new LinkedHashMap<>();
      meta.put(ContainerHeader.CODEC, "null".getBytes(StandardCharsets.UTF_8));
      meta.put(ContainerHeader.SCHEMA, schema);
      meta.put(META_KEY, name);
      meta.put(
          META_CHECKSUM, HexFormat.of().formatHex(checksum).getBytes(StandardCharsets.US_ASCII));
      ByteArrayOutputStream out = new ByteArrayOutputStream(content.length + 8 * 1024);
      out.write(ContainerHeader.encode(meta, sync));
      if (!entries.isEmpty()) {
        byte[] lengths = new byte[20];
        int used = Varint.write(lengths, Varint.write(lengths, 0, entries.size()), content.length);
        out.write(lengths, 0, used);
        out.write(content);
        out.write(sync);
      }
      return out.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Reads a roll-up.
   *
   * @param key where it was found
   * @param where for messages
   * @throws ArchiveException {@code ARCHIVE_OBJECT_CORRUPT} if any byte is not as it was written
   */
  public static Rollup decode(String key, byte[] object, String where) {
    ContainerHeader header =
        ContainerHeader.parse(object, where)
            .orElseThrow(() -> ArchiveException.corrupt("the roll-up is cut off", where, null));
    byte[] schema = header.required(ContainerHeader.SCHEMA, where);
    byte[] name = header.required(META_KEY, where);
    ByteBuffer in = ByteBuffer.wrap(object, header.length(), object.length - header.length());
    try {
      long count = in.hasRemaining() ? varLong(in, where) : 0;
      byte[] content = in.hasRemaining() ? content(in, header, where) : new byte[0];
      String checksum = HexFormat.of().formatHex(sha256(name, schema, content));
      if (!checksum.equals(header.requiredText(META_CHECKSUM, where))
          || !header.requiredText(ContainerHeader.CODEC, where).equals("null")
          || !Arrays.equals(
              header.sync(),
              Arrays.copyOf(HexFormat.of().parseHex(checksum), ContainerHeader.SYNC_BYTES))) {
        throw ArchiveException.corrupt("the roll-up fails its checksum", where, null);
      }
      if (!key.equals(new String(name, StandardCharsets.UTF_8))) {
        throw ArchiveException.corrupt(
            "the roll-up belongs at " + new String(name, StandardCharsets.UTF_8), where, null);
      }
      List<SegmentIndexEntry> entries = entries(schema, content);
      if (entries.size() != count) {
        throw ArchiveException.corrupt("the roll-up miscounts its entries", where, null);
      }
      return new Rollup(key, entries);
    } catch (BufferUnderflowException e) {
      throw ArchiveException.corrupt("the roll-up is cut off", where, e);
    } catch (IOException | AvroRuntimeException e) {
      throw new ArchiveException(
          ArchiveError.ARCHIVE_FORMAT_UNKNOWN,
          "the roll-up has another form than this version knows",
          where,
          "Use the version of Tidemark that wrote it, or a newer one",
          e);
    }
  }

  private static long varLong(ByteBuffer in, String where) {
    return Varint.read(
        in, () -> ArchiveException.corrupt("a number has too many bits", where, null));
  }

  private static byte[] content(ByteBuffer in, ContainerHeader header, String where) {
    long size = varLong(in, where);
    if (size < 0 || size != in.remaining() - ContainerHeader.SYNC_BYTES) {
      throw ArchiveException.corrupt("the roll-up has another length than it says", where, null);
    }
    byte[] content = new byte[(int) size];
    in.get(content);
    if (!in.equals(ByteBuffer.wrap(header.sync()))) {
      throw ArchiveException.corrupt("the roll-up does not end as it should", where, null);
    }
    return content;
  }

  private static List<SegmentIndexEntry> entries(byte[] schema, byte[] content) throws IOException {
    Schema writerSchema = new Schema.Parser().parse(new String(schema, StandardCharsets.UTF_8));
    SpecificDatumReader<SegmentIndexEntry> reader = new SpecificDatumReader<>(writerSchema, SCHEMA);
    BinaryDecoder decoder = DecoderFactory.get().binaryDecoder(content, null);
    List<SegmentIndexEntry> entries = new ArrayList<>();
    while (!decoder.isEnd()) {
      entries.add(reader.read(null, decoder));
    }
    return entries;
  }

  private static byte[] sha256(byte[]... parts) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (byte[] part : parts) {
        digest.update(part);
      }
      return digest.digest();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
