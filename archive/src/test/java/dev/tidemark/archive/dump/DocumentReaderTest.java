package dev.tidemark.archive.dump;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemark.archive.error.ArchiveException;
import dev.tidemark.oplog.bson.BsonSlice;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DocumentReaderTest {

  @TempDir private Path folder;

  @Test
  void shouldReadDocumentsHoweverTheStreamIsCutIntoPieces() throws IOException {
    Random random = new Random(5);
    List<BsonSlice> documents = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      documents.add(
          Bson.document(
              "{\"_id\": " + i + ", \"t\": \"" + "y".repeat(random.nextInt(9_000)) + "\"}"));
    }
    InputStream pieces =
        new ByteArrayInputStream(bytes(documents)) {
          @Override
          public synchronized int read(byte[] target, int offset, int length) {
            return super.read(target, offset, Math.min(length, 1 + random.nextInt(7_000)));
          }
        };
    List<BsonSlice> read = new ArrayList<>();
    try (DocumentReader reader = new DocumentReader(pieces, "the test")) {
      for (BsonSlice next = reader.next(); next != null; next = reader.next()) {
        read.add(next);
      }
      assertThat(reader.bytesRead()).isEqualTo(bytes(documents).length);
    }
    // All are still what they were when the last one is read.
    assertThat(read).containsExactlyElementsOf(documents);
  }

  @Test
  void shouldReadADocumentThatIsLargerThanItsBlocks() throws IOException {
    BsonSlice large = Bson.document("{\"_id\": 1, \"t\": \"" + "z".repeat(3_000_000) + "\"}");
    try (DocumentReader reader =
        new DocumentReader(new ByteArrayInputStream(bytes(List.of(large, large))), "the test")) {
      assertThat(reader.next()).isEqualTo(large);
      assertThat(reader.next()).isEqualTo(large);
      assertThat(reader.next()).isNull();
    }
  }

  @Test
  void shouldFailWithThePlaceWhenTheStreamEndsWithinADocument() throws IOException {
    byte[] whole = bytes(List.of(Bson.document("{\"_id\": 1}"), Bson.document("{\"_id\": 2}")));
    for (int length = 15; length < whole.length; length++) {
      try (DocumentReader reader =
          new DocumentReader(new ByteArrayInputStream(whole, 0, length), "the test")) {
        reader.next();
        assertThatThrownBy(reader::next)
            .isInstanceOf(ArchiveException.class)
            .hasMessageStartingWith("DUMP_MALFORMED")
            .hasMessageContaining("the test, byte 14");
      }
    }
  }

  @Test
  void shouldRefuseWhatIsNoDocument() throws IOException {
    for (byte[] bytes : new byte[][] {{4, 0, 0, 0}, {-1, -1, -1, -1}, {5, 0, 0, 0, 1}}) {
      try (DocumentReader reader = new DocumentReader(new ByteArrayInputStream(bytes), "x")) {
        assertThatThrownBy(reader::next).isInstanceOf(ArchiveException.class);
      }
    }
  }

  @Test
  void shouldReadCompressedFilesOfSeveralMembersWhateverTheirName() throws IOException {
    ByteArrayOutputStream members = new ByteArrayOutputStream();
    for (int i = 0; i < 3; i++) {
      try (GZIPOutputStream gzip = new GZIPOutputStream(members)) {
        gzip.write(bytes(List.of(Bson.document("{\"_id\": " + i + "}"))));
      }
    }
    Path file = Files.write(folder.resolve("oplog.bson"), members.toByteArray());
    try (DocumentReader reader = Dumps.documents(file)) {
      for (int i = 0; i < 3; i++) {
        assertThat(reader.next()).isEqualTo(Bson.document("{\"_id\": " + i + "}"));
      }
      assertThat(reader.next()).isNull();
    }
    byte[] cut = Arrays.copyOf(members.toByteArray(), members.size() - 12);
    Path damaged = Files.write(folder.resolve("cut.bson.gz"), cut);
    try (DocumentReader reader = Dumps.documents(damaged)) {
      assertThatThrownBy(
              () -> {
                for (BsonSlice next = reader.next(); next != null; ) {
                  next = reader.next();
                }
              })
          .isInstanceOf(ArchiveException.class)
          .hasMessageStartingWith("DUMP_MALFORMED");
    }
  }

  private static byte[] bytes(List<BsonSlice> documents) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    documents.forEach(document -> out.writeBytes(document.toByteArray()));
    return out.toByteArray();
  }
}
