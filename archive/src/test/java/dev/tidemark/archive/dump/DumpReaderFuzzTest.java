package dev.tidemark.archive.dump;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.oplog.bson.BsonSlice;
import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.oplog.optime.Optime;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.bson.BsonDocument;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Dumps that are cut off or in which bits have changed: reading one ends with a failure that has a
 * code, and where there are checksums never with other documents. {@code -Dtidemark.fuzz.rounds}
 * and {@code -Dtidemark.test.seed} say how many and which.
 */
class DumpReaderFuzzTest {

  private static final int ROUNDS = Integer.getInteger("tidemark.fuzz.rounds", 200);
  private static final long SEED =
      Long.getLong("tidemark.test.seed", new Random().nextInt(Integer.MAX_VALUE));

  @TempDir private Path folder;

  private final Random random = new Random(SEED);

  @Test
  void shouldSayWhatIsWrongWithADirectory() throws IOException {
    Path dump = directory(false);
    Map<String, List<BsonSlice>> whole = read(dump);

    assertThat(whole).containsKeys("shop.orders", "shop.log", "oplog");
    // Plain files have no checksums: another name or value may well be read.
    damage(dump, (file, found) -> assertThat(found).hasSizeLessThanOrEqualTo(whole.size()));
  }

  @Test
  void shouldReadNoOtherDocumentsFromACompressedDirectory() throws IOException {
    Path dump = directory(true);
    Map<String, List<BsonSlice>> whole = read(dump);

    damage(dump, (file, found) -> assertThat(found).as(file).isEqualTo(whole));
  }

  @Test
  void shouldReadNoOtherDocumentsFromAnArchiveFile() throws IOException {
    Path file = Files.write(folder.resolve("dump.archive"), archive());
    Map<String, List<BsonSlice>> whole = read(file);

    assertThat(whole).containsOnlyKeys("shop.orders", "shop.log", "oplog");
    damage(file, (name, found) -> assertThat(found).isEqualTo(whole));
  }

  @Test
  void shouldReadNoOtherDocumentsFromACompressedArchiveFile() throws IOException {
    Path file = folder.resolve("dump.archive");
    compress(file, archive());
    Map<String, List<BsonSlice>> whole = read(file);

    damage(file, (name, found) -> assertThat(found).isEqualTo(whole));
  }

  /** What holds of a damaged dump that could be read. */
  private interface Check {
    void that(String file, Map<String, List<BsonSlice>> found);
  }

  private void damage(Path dump, Check check) throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.walk(dump)) {
      files = all.filter(Files::isRegularFile).sorted().toList();
    }
    int refused = 0;
    for (int round = 0; round < ROUNDS; round++) {
      Path file = files.get(random.nextInt(files.size()));
      byte[] whole = Files.readAllBytes(file);
      Files.write(file, damaged(whole));
      try {
        check.that(file.getFileName().toString(), read(dump));
      } catch (TidemarkException e) {
        refused++;
        assertThat(e.code().name()).as("seed %d", SEED).isNotEmpty();
        assertThat(e.where() + e.reason()).isNotBlank();
      } catch (IOException | RuntimeException | Error e) {
        throw new AssertionError("seed " + SEED + ", round " + round + ", " + file, e);
      }
      Files.write(file, whole);
    }
    assertThat(refused).isGreaterThan(ROUNDS / 10);
  }

  private byte[] damaged(byte[] whole) {
    if (random.nextInt(3) == 0) {
      return Arrays.copyOf(whole, random.nextInt(whole.length));
    }
    byte[] damaged = whole.clone();
    for (int flips = 1 + random.nextInt(3); flips > 0; flips--) {
      damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
    }
    return damaged;
  }

  /** The documents of everything that has some. */
  private static Map<String, List<BsonSlice>> read(Path path) throws IOException {
    Map<String, List<BsonSlice>> found = new TreeMap<>();
    try (Dump dump = Dumps.open(path)) {
      for (DumpedCollection collection : dump.collections()) {
        if (collection.hasDocuments()) {
          read(dump.documents(collection), collection.namespace(), found);
        }
      }
      if (dump.hasOplog()) {
        read(dump.oplog(), "oplog", found);
      }
    }
    return found;
  }

  private static void read(DocumentReader reader, String name, Map<String, List<BsonSlice>> found)
      throws IOException {
    List<BsonSlice> documents = new ArrayList<>();
    try (reader) {
      for (BsonSlice next = reader.next(); next != null; next = reader.next()) {
        documents.add(next.compact());
      }
    }
    if (!documents.isEmpty()) {
      found.put(name, documents);
    }
  }

  private Path directory(boolean gzip) throws IOException {
    Path dump = folder.resolve("dump-" + gzip);
    try (DumpWriter writer = DumpWriter.create(dump, gzip)) {
      for (String name : List.of("orders", "log")) {
        writer.metadata(
            "shop",
            name,
            MetadataJson.parse(
                    "{\"options\": {\"validator\": {\"n\": {\"$gt\": 1}}}, \"indexes\": [{\"v\": 2,"
                        + " \"key\": {\"_id\": 1}, \"name\": \"_id_\"}]}",
                    name)
                .metadata());
        writer.documents("shop", name).close();
      }
      writer.finish(new SnapshotTimes(Optime.of(5, 1), Optime.of(6, 1)));
    }
    String suffix = gzip ? ".bson.gz" : ".bson";
    write(dump.resolve("shop/orders" + suffix), documents(0, 60), gzip);
    write(dump.resolve("shop/log" + suffix), documents(100, 10), gzip);
    write(dump.resolve("oplog.bson"), documents(200, 20), gzip);
    return dump;
  }

  private static void write(Path file, byte[] documents, boolean gzip) throws IOException {
    if (gzip) {
      compress(file, documents);
    } else {
      Files.write(file, documents);
    }
  }

  /** As two members, as parts of a collection that were dumped side by side. */
  private static void compress(Path file, byte[] content) throws IOException {
    try (OutputStream out = Files.newOutputStream(file)) {
      int half = content.length / 2;
      for (int from : new int[] {0, half}) {
        GZIPOutputStream member = new GZIPOutputStream(out);
        member.write(content, from, from == 0 ? half : content.length - half);
        member.finish();
      }
    }
  }

  private static byte[] documents(int first, int count) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int id = first; id < first + count; id++) {
      out.writeBytes(
          Bson.document(
                  "{_id: " + id + ", n: {a: [1, 'two', null], t: '" + "x".repeat(id % 40) + "'}}")
              .toByteArray());
    }
    return out.toByteArray();
  }

  private static byte[] archive() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    number(out, 0x8199e26d);
    document(out, "{concurrent_collections: 4, version: '0.1'}");
    for (String name : List.of("orders", "log")) {
      document(
          out, "{db: 'shop', collection: '" + name + "', metadata: '{\"options\": {}}', size: 42}");
    }
    number(out, -1);
    block(out, "shop", "orders", documents(0, 30));
    block(out, "", "oplog", documents(200, 20));
    block(out, "shop", "log", documents(100, 10));
    block(out, "shop", "orders", documents(30, 30));
    end(out, "shop", "log", documents(100, 10));
    end(out, "", "oplog", documents(200, 20));
    end(out, "shop", "orders", documents(0, 60));
    return out.toByteArray();
  }

  private static void block(
      ByteArrayOutputStream out, String database, String collection, byte[] documents) {
    document(out, "{db: '" + database + "', collection: '" + collection + "', EOF: false}");
    out.writeBytes(documents);
    number(out, -1);
  }

  private static void end(
      ByteArrayOutputStream out, String database, String collection, byte[] documents) {
    Crc64 crc = new Crc64();
    crc.update(documents, 0, documents.length);
    document(
        out,
        "{db: '%s', collection: '%s', EOF: true, CRC: {$numberLong: '%d'}}"
            .formatted(database, collection, crc.value()));
    number(out, -1);
  }

  private static void document(ByteArrayOutputStream out, String json) {
    out.writeBytes(Bson.document(BsonDocument.parse(json).toJson()).toByteArray());
  }

  private static void number(ByteArrayOutputStream out, int number) {
    out.writeBytes(ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(number).array());
  }
}
