package dev.tidemark.archiver.retention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.tidemark.archive.error.ArchiveError;
import dev.tidemark.archive.error.ArchiveException;
import dev.tidemark.archive.index.ArchiveIndex;
import dev.tidemark.archive.key.ObjectKeys;
import dev.tidemark.archive.retention.RetentionPolicy;
import dev.tidemark.archive.segment.FinishedSegment;
import dev.tidemark.archive.store.ArchiveConfig;
import dev.tidemark.archive.store.ObjectContent;
import dev.tidemark.archive.store.ObjectStore;
import dev.tidemark.archive.store.ObjectStores;
import dev.tidemark.archive.store.PutCondition;
import dev.tidemark.archiver.upload.Segments;
import dev.tidemark.oplog.optime.Optime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RetentionRunTest {

  private static final ObjectKeys KEYS = new ObjectKeys("shop");
  private static final long HOUR = 472_000L * 3_600;

  @TempDir Path directory;
  @TempDir Path spool;

  private static String store(ObjectStore store, FinishedSegment segment) {
    store.put(segment.key(), segment.content(), PutCondition.ifAbsent());
    return segment.key();
  }

  @Test
  void shouldDeleteWhatIsOldThoughADamagedSegmentCannotBeCompacted() throws IOException {
    try (ObjectStore store = ObjectStores.open(ArchiveConfig.ofUrl("file:" + directory))) {
      Segments segments = new Segments(spool);
      long optime = Optime.of(HOUR, 1).value();
      store(store, segments.segment(optime, 5, 0));
      Path damaged = directory.resolve(store(store, segments.segment(optime + 5, 5, 0)));
      store(store, segments.segment(Optime.of(HOUR + 3_600, 1).value(), 5, 0));
      byte[] bytes = Files.readAllBytes(damaged);
      bytes[bytes.length - 20] ^= 1;
      Files.write(damaged, bytes);
      String unfinished = KEYS.snapshotFile("s1", "rs0", "shop/orders.bson.gz");
      store.put(unfinished, ObjectContent.of(new byte[1]), PutCondition.always());
      RetentionRun run =
          new RetentionRun(
              new ArchiveIndex(store, KEYS),
              new RetentionPolicy(
                  Duration.ofHours(24), Duration.ofDays(30), Duration.ofHours(24), Duration.ZERO),
              true,
              spool,
              () -> Instant.now().plus(Duration.ofDays(1)));

      assertThatExceptionOfType(ArchiveException.class)
          .isThrownBy(run::run)
          .satisfies(e -> assertThat(e.error()).isEqualTo(ArchiveError.ARCHIVE_OBJECT_CORRUPT));

      assertThat(store.head(unfinished)).isEmpty();
    }
  }
}
