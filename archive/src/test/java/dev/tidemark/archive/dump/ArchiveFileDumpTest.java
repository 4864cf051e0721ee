package dev.tidemark.archive.dump;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemark.archive.error.ArchiveException;
import dev.tidemark.oplog.bson.BsonSlice;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ArchiveFileDumpTest {

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void shouldTakeApartWhatAlternatesInTheFile(boolean gzip) throws IOException {
    try (Dump dump = Dumps.open(write(archive(), gzip))) {
      assertThat(dump.collections())
          .extracting(DumpedCollection::namespace)
          .containsExactly("shop.empty", "shop.log", "shop.orders", "shop.v");
      assertThat(read(dump.documents(dump.collections().get(0)))).isEmpty();
      assertThat(read(dump.documents(dump.collections().get(1)))).containsExactly("7");
      assertThat(read(dump.documents(dump.collections().get(2)))).containsExactly("1", "2", "3");
      assertThat(dump.collections().get(3).hasDocuments()).isFalse();
      assertThat(dump.collections().get(2).metadata().indexes()).hasSize(1);
      assertThat(dump.hasOplog()).isTrue();
      assertThat(read(dump.oplog())).containsExactly("99");
    }
  }

  @Test
  void shouldRefuseAnArchiveThatIsCutOffAnywhere() throws IOException {
    byte[] whole = archive();
    for (int length = 0; length < whole.length - 1; length++) {
      Path file = write(Arrays.copyOf(whole, length), false);
      assertThatThrownBy(
              () -> {
                try (Dump dump = Dumps.open(file)) {
                  dump.collections();
                }
              })
          .isInstanceOf(ArchiveException.class)
          .hasMessageStartingWith("DUMP_MALFORMED");
    }
  }

  private static byte[] archive() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    number(out, 0x8199e26d);
    document(out, "{\"concurrent_collections\": 4, \"version\": \"0.1\"}");
    document(
        out,
        "{\"db\": \"shop\", \"collection\": \"orders\", \"metadata\": \"{\\\"options\\\": {},"
            + " \\\"indexes\\\": [{\\\"name\\\": \\\"_id_\\\"}]}\", \"size\": 42}");
    document(out, "{\"db\": \"shop\", \"collection\": \"log\", \"metadata\": \"\", \"size\": 14}");
    document(out, "{\"db\": \"shop\", \"collection\": \"empty\", \"metadata\": \"{}\"}");
    document(
        out,
        "{\"db\": \"shop\", \"collection\": \"v\", \"metadata\": \"{\\\"options\\\":"
            + " {\\\"viewOn\\\": \\\"orders\\\"}}\", \"type\": \"view\"}");
    number(out, -1);
    block(out, "shop", "orders", "{\"_id\": 1}", "{\"_id\": 2}");
    block(out, "", "oplog", "{\"_id\": 99}");
    block(out, "shop", "log", "{\"_id\": 7}");
    block(out, "shop", "orders", "{\"_id\": 3}");
    for (String name : new String[] {"empty", "orders", "log"}) {
      end(out, "shop", name);
    }
    end(out, "", "oplog");
    return out.toByteArray();
  }

  private static void block(
      ByteArrayOutputStream out, String database, String collection, String... documents) {
    document(
        out,
        "{\"db\": \"" + database + "\", \"collection\": \"" + collection + "\", \"EOF\": false}");
    for (String json : documents) {
      document(out, json);
    }
    number(out, -1);
  }

  private static void end(ByteArrayOutputStream out, String database, String collection) {
    document(
        out,
        "{\"db\": \"" + database + "\", \"collection\": \"" + collection + "\", \"EOF\": true}");
    number(out, -1);
  }

  private static void document(ByteArrayOutputStream out, String json) {
    out.writeBytes(Bson.document(json).toByteArray());
  }

  private static void number(ByteArrayOutputStream out, int number) {
    out.writeBytes(ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(number).array());
  }

  private Path write(byte[] archive, boolean gzip) throws IOException {
    Path file = folder.resolve("dump.archive");
    if (!gzip) {
      return Files.write(file, archive);
    }
    try (GZIPOutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
      out.write(archive);
    }
    return file;
  }

  private static List<String> read(DocumentReader reader) throws IOException {
    List<String> ids = new ArrayList<>();
    try (reader) {
      for (BsonSlice next = reader.next(); next != null; next = reader.next()) {
        ids.add(String.valueOf(next.find("_id").integer()));
      }
    }
    return ids;
  }
}
