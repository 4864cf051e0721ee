package dev.tidemark.archive.verify;

import static dev.tidemark.archive.segment.OplogScript.RS0;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.archive.crypt.Keysets;
import dev.tidemark.archive.index.ArchiveIndex;
import dev.tidemark.archive.plan.ArchiveContents;
import dev.tidemark.archive.plan.PlanCheck;
import dev.tidemark.archive.plan.PlanRequest;
import dev.tidemark.archive.plan.Planner;
import dev.tidemark.archive.plan.RestorePlan;
import dev.tidemark.archive.plan.RestoreTarget;
import dev.tidemark.archive.plan.TailSource;
import dev.tidemark.archive.retention.Compaction;
import dev.tidemark.archive.retention.Retention;
import dev.tidemark.archive.retention.RetentionPolicy;
import dev.tidemark.archive.segment.SegmentFormat;
import dev.tidemark.archive.store.ArchiveConfig;
import dev.tidemark.archive.store.EncryptionConfig;
import dev.tidemark.archive.store.ObjectStore;
import dev.tidemark.archive.store.ObjectStores;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is done with an archive works with an encrypted one; what reads has opened it by itself. */
class EncryptedArchiveTest {

  private static final Duration GRACE = Duration.ofHours(1);

  @TempDir private Path directory;
  private SoundArchive archive;
  private ObjectStore store;
  private ArchiveIndex index;

  @BeforeEach
  void fill() throws GeneralSecurityException, IOException {
    Path keyset = Keysets.fresh(directory.resolve("keyset.json"));
    ArchiveConfig config =
        new ArchiveConfig(Map.of(EncryptionConfig.KEYSET_FILE_CONFIG, keyset.toString()));
    archive = new SoundArchive(directory, config);
    store = ObjectStores.open("file:" + archive.file(""), config);
    index = new ArchiveIndex(store, archive.index().keys());
  }

  @AfterEach
  void close() {
    store.close();
  }

  private static InstantSource hours(int hours) {
    return InstantSource.fixed(Instant.ofEpochSecond(SoundArchive.at(hours * 3600).seconds()));
  }

  private VerifyReport verify() {
    return new ArchiveVerifier(index, VerifyListener.SILENT, hours(3)).verify(true);
  }

  private RestorePlan plan() {
    return new Planner(index, TailSource.NONE)
        .plan(
            new PlanRequest(
                new RestoreTarget.At(archive.lastOptime()), Optional.empty(), PlanCheck.CONTENT));
  }

  @Test
  void shouldListVerifyAndPlan() {
    ArchiveContents contents = ArchiveContents.load(index, TailSource.NONE);

    assertThat(contents.defects()).isEmpty();
    assertThat(contents.snapshots()).hasSize(2);
    assertThat(contents.restorable()).isNotEmpty();
    VerifyReport report = verify();
    assertThat(report.defects()).isEmpty();
    assertThat(report.entries()).isEqualTo(140);
    assertThat(plan().optime()).isEqualTo(archive.lastOptime());
  }

  @Test
  void shouldCompactAndDeleteWhatIsReplaced() {
    Compaction compaction =
        new Compaction(index, directory, SegmentFormat.defaults(), GRACE, hours(4));

    assertThat(compaction.compact(RS0)).isNotEmpty();
    new Retention(
            index,
            new RetentionPolicy(
                Duration.ofHours(24), Duration.ofDays(30), GRACE, Duration.ofDays(7)),
            hours(6))
        .run();

    assertThat(store.head(archive.segment(1))).as("replaced and deleted").isEmpty();
    VerifyReport report = verify();
    assertThat(report.defects()).isEmpty();
    assertThat(report.entries()).isEqualTo(140);
    assertThat(plan().optime()).isEqualTo(archive.lastOptime());
  }

  @Test
  void shouldShowNothingToWhoeverReadsTheFiles() throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.walk(archive.file(""))) {
      files = all.filter(Files::isRegularFile).toList();
    }

    assertThat(files).hasSizeGreaterThan(SoundArchive.SEGMENTS);
    for (Path file : files) {
      assertThat(Files.readString(file, StandardCharsets.ISO_8859_1))
          .as(file.toString())
          .doesNotContain("avro.schema", "shop.orders", "formatVersion");
    }
  }
}
