package dev.tidemark.archiver.retention;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.archive.error.ArchiveError;
import dev.tidemark.archive.error.ArchiveException;
import dev.tidemark.archive.key.ObjectKeys;
import dev.tidemark.archive.retention.RetentionTurns;
import dev.tidemark.archive.schedule.CronSchedule;
import dev.tidemark.archive.store.ArchiveConfig;
import dev.tidemark.archive.store.ObjectStore;
import dev.tidemark.archive.store.ObjectStores;
import dev.tidemark.archiver.error.ArchiverError;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RetentionScheduleTest implements RetentionWatch {

  @TempDir private Path directory;
  private ObjectStore store;
  private Instant now = Instant.parse("2026-11-22T03:00:00Z");
  private final List<String> runs = new ArrayList<>();
  private int succeeded;
  private int failed;

  @BeforeEach
  void open() {
    store = ObjectStores.open("file:" + directory, ArchiveConfig.ofUrl(""));
  }

  @AfterEach
  void close() {
    store.close();
  }

  @Override
  public void retained(long deletedBytes) {
    succeeded++;
  }

  @Override
  public void retentionFailed() {
    failed++;
  }

  private RetentionSchedule archiver(String name) {
    return archiver(
        name,
        () -> {
          runs.add(name);
          return 0;
        });
  }

  private RetentionSchedule archiver(String name, LongSupplier run) {
    return new RetentionSchedule(
        new CronSchedule("30 3 * * *", "retention.schedule", ArchiverError.ARCHIVER_CONFIG_INVALID),
        new RetentionTurns(store, new ObjectKeys("shop"), () -> now),
        run,
        name,
        this,
        () -> now);
  }

  private void pass(Duration time) {
    now = now.plus(time);
  }

  @Test
  void shouldRunOnceADayThoughSeveralArchiversWantTo() {
    RetentionSchedule a = archiver("a");
    RetentionSchedule b = archiver("b");
    a.runDue();
    b.runDue();
    assertThat(runs).isEmpty();

    pass(Duration.ofMinutes(31));
    a.runDue();
    b.runDue();
    a.runDue();
    assertThat(runs).containsExactly("a");

    pass(Duration.ofDays(1));
    b.runDue();
    a.runDue();
    assertThat(runs).containsExactly("a", "b");
    assertThat(succeeded).isEqualTo(2);
  }

  @Test
  void shouldRunAgainAfterAMinuteWhenTheArchiveWasAway() {
    RetentionSchedule a =
        archiver(
            "a",
            () -> {
              runs.add("a");
              if (runs.size() == 1) {
                throw new ArchiveException(ArchiveError.ARCHIVE_UNAVAILABLE, "away", "s3", "wait");
              }
              return 0;
            });
    pass(Duration.ofMinutes(31));
    a.runDue();
    a.runDue();
    assertThat(runs).hasSize(1);

    pass(Duration.ofMinutes(2));
    a.runDue();

    assertThat(runs).hasSize(2);
    assertThat(failed).isEqualTo(1);
    assertThat(succeeded).isEqualTo(1);
  }

  @Test
  void shouldWaitForTheNextTimeWhenARunIsRefused() {
    RetentionSchedule a =
        archiver(
            "a",
            () -> {
              runs.add("a");
              throw new ArchiveException(ArchiveError.ARCHIVE_ACCESS_DENIED, "no", "s3", "allow");
            });
    pass(Duration.ofMinutes(31));
    a.runDue();
    pass(Duration.ofMinutes(5));
    a.runDue();
    assertThat(runs).hasSize(1);

    pass(Duration.ofDays(1));
    a.runDue();
    assertThat(runs).hasSize(2);
    assertThat(failed).isEqualTo(2);
  }
}
