package dev.tidemark.archive.verify;

import static dev.tidemark.archive.segment.OplogScript.RS0;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.archive.defect.Defect;
import dev.tidemark.archive.defect.DefectKind;
import dev.tidemark.archive.segment.OplogScript;
import dev.tidemark.archive.store.ObjectStore;
import dev.tidemark.schemas.archive.SegmentIndexEntry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArchiveVerifierTest {

  private static final InstantSource NOW = InstantSource.system();

  @TempDir private Path directory;
  private SoundArchive archive;
  private ObjectStore store;

  @BeforeEach
  void fill() throws IOException {
    archive = new SoundArchive(directory);
    store = archive.store();
  }

  private List<Defect> verify(boolean deep) {
    return new ArchiveVerifier(archive.index(), VerifyListener.SILENT, NOW).verify(deep).defects();
  }

  private Path file(String key) {
    return archive.file(key);
  }

  @Test
  void shouldFindNothingWrongWithASoundArchive() {
    VerifyReport report =
        new ArchiveVerifier(archive.index(), VerifyListener.SILENT, NOW).verify(true);

    assertThat(report.defects()).isEmpty();
    assertThat(report.isSound()).isTrue();
    assertThat(report.segments()).isEqualTo(14);
    assertThat(report.entries()).isEqualTo(140);
  }

  @Test
  void shouldNameEveryObjectWithAFlippedBit() throws IOException {
    List<String> objects =
        List.of(
            archive.data("s1"),
            archive.metadata("s1"),
            archive.manifest("s1"),
            archive.rollup(0),
            archive.segment(0),
            archive.segment(13));
    for (String key : objects) {
      byte[] good = Files.readAllBytes(file(key));
      for (int i = 0; i < good.length; i += 1 + good.length / 40) {
        byte[] bad = good.clone();
        bad[i] ^= (byte) (1 << i % 8);
        Files.write(file(key), bad);
        if (key.endsWith("manifest.json") && isSpace(good[i]) && isSpace(bad[i])) {
          continue;
        }
        assertThat(verify(true))
            .as("byte %d of %s", i, key)
            .isNotEmpty()
            .anySatisfy(defect -> assertThat(defect.where()).isEqualTo(key));
      }
      Files.write(file(key), good);
    }
    assertThat(verify(true)).isEmpty();
  }

  private static boolean isSpace(byte b) {
    return b == ' ' || b == '\n' || b == '\r' || b == '\t';
  }

  @Test
  void shouldNameAnOverlap() {
    OplogScript second = new OplogScript(RS0, directory.resolve("archive"));
    second.start(SoundArchive.at(3));
    second.insert(SoundArchive.at(3), "shop.orders", 3);
    second.insert(SoundArchive.at(700), "shop.orders", 3);
    SegmentIndexEntry overlapping = second.store(store);

    assertThat(verify(false))
        .filteredOn(defect -> defect.kind() == DefectKind.SEGMENT_OVERLAP)
        .isNotEmpty()
        .anySatisfy(defect -> assertThat(defect.where()).isEqualTo(overlapping.getObjectKey()));
  }
}
