package dev.tidemark.archive.dump;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.tidemark.archive.error.ArchiveError;
import dev.tidemark.archive.error.ArchiveException;
import dev.tidemark.archive.segment.OplogScript;
import dev.tidemark.archive.store.ArchiveConfig;
import dev.tidemark.archive.store.ObjectStore;
import dev.tidemark.archive.store.ObjectStores;
import dev.tidemark.oplog.bson.BsonSlice;
import dev.tidemark.oplog.optime.Optime;
import dev.tidemark.schemas.archive.SegmentIndexEntry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Segments of the archive given where a file of oplog entries is asked for. */
class SegmentDocumentsTest {

  @TempDir private Path directory;
  private final List<byte[]> entries = new ArrayList<>();
  private Path segment;

  @BeforeEach
  void storeSegment() throws IOException {
    Path archive = Files.createDirectory(directory.resolve("archive"));
    Path spool = Files.createDirectory(directory.resolve("spool"));
    ObjectStore store = ObjectStores.open("file:" + archive, ArchiveConfig.ofUrl(""));
    OplogScript script = new OplogScript(OplogScript.RS0, spool).start(Optime.of(100, 1));
    for (int i = 1; i <= 50; i++) {
      script.insert(Optime.of(100, i), "shop.orders", i);
    }
    script.pending().forEach(entry -> entries.add(entry.bson()));
    SegmentIndexEntry stored = script.store(store);
    segment = directory.resolve("elsewhere.avro");
    Files.copy(archive.resolve(stored.getObjectKey()), segment);
  }

  private static List<byte[]> read(Path file) throws IOException {
    List<byte[]> documents = new ArrayList<>();
    try (DocumentReader reader = Dumps.documents(file)) {
      for (BsonSlice next = reader.next(); next != null; next = reader.next()) {
        documents.add(next.toByteArray());
      }
    }
    return documents;
  }

  @Test
  void shouldReadEntriesByteForByteWhenFileIsSegment() throws IOException {
    assertThat(read(segment)).containsExactlyElementsOf(entries);
  }

  @Test
  void shouldFailWithCodeWhenSegmentIsCutOff() throws IOException {
    byte[] whole = Files.readAllBytes(segment);
    Path cut = Files.write(directory.resolve("cut"), Arrays.copyOf(whole, whole.length - 20));

    assertThatExceptionOfType(ArchiveException.class)
        .isThrownBy(() -> read(cut))
        .satisfies(e -> assertThat(e.code()).isEqualTo(ArchiveError.ARCHIVE_OBJECT_CORRUPT));
  }
}
