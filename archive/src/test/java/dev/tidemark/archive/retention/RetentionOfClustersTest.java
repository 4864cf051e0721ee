package dev.tidemark.archive.retention;

import static dev.tidemark.archive.segment.OplogScript.RS0;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.archive.index.ArchiveIndex;
import dev.tidemark.archive.index.RollupKeeper;
import dev.tidemark.archive.key.ObjectKeys;
import dev.tidemark.archive.key.OptimeHour;
import dev.tidemark.archive.key.ReplicaSetRef;
import dev.tidemark.archive.plan.ArchiveContents;
import dev.tidemark.archive.plan.RestorableRange;
import dev.tidemark.archive.plan.TailSource;
import dev.tidemark.archive.retention.Decision.Subject;
import dev.tidemark.archive.retention.Decision.Verdict;
import dev.tidemark.archive.segment.OplogScript;
import dev.tidemark.archive.snapshot.SnapshotCatalogue;
import dev.tidemark.archive.snapshot.SnapshotManifests;
import dev.tidemark.archive.store.ArchiveConfig;
import dev.tidemark.archive.store.ObjectContent;
import dev.tidemark.archive.store.ObjectInfo;
import dev.tidemark.archive.store.ObjectStore;
import dev.tidemark.archive.store.ObjectStores;
import dev.tidemark.archive.store.PutCondition;
import dev.tidemark.oplog.optime.Optime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What several replica sets mean for what is kept, above all one that stands still. */
class RetentionOfClustersTest {

  private static final ReplicaSetRef RS1 = new ReplicaSetRef("rs1", "65a9f2b1c0ffee0000000002");
  private static final long BASE = 480_000L * 3600;
  private static final Duration GRACE = Duration.ofHours(1);

  /** Ten hours of continuous history, two days of snapshots. */
  private static final RetentionPolicy POLICY =
      new RetentionPolicy(Duration.ofHours(10), Duration.ofDays(2), GRACE, Duration.ofDays(7));

  @TempDir private Path directory;
  private final ObjectKeys keys = new ObjectKeys("shop");
  private ObjectStore store;
  private OplogScript rs0;
  private OplogScript rs1;

  @BeforeEach
  void open() throws IOException {
    store =
        ObjectStores.open(
            "file:" + Files.createDirectory(directory.resolve("archive")), ArchiveConfig.ofUrl(""));
    Path spool = Files.createDirectory(directory.resolve("spool"));
    rs0 = new OplogScript(RS0, spool).start(at(0, 0));
    rs1 = new OplogScript(RS1, spool).start(at(0, 0));
  }

  private static Optime at(int hour, int minute) {
    return Optime.of(BASE + hour * 3600L + minute * 60L, 1);
  }

  private static Instant instant(int hour) {
    return Instant.ofEpochSecond(BASE + hour * 3600L);
  }

  /** A segment an hour, with an entry in its first minute and one at half past. */
  private void play(OplogScript script, int from, int to) {
    for (int hour = from; hour < to; hour++) {
      script.insert(at(hour, 1), "shop.orders", hour);
      script.insert(at(hour, 30), "shop.orders", hour);
      script.store(store);
    }
    for (ReplicaSetRef set : List.of(RS0, RS1)) {
      new RollupKeeper(store, keys).rollUpFinishedHours(set, OptimeHour.of(at(0, 0)));
    }
  }

  private void snapshot(String id, int hour, ReplicaSetRef... sets) {
    new SnapshotCatalogue(store, keys)
        .complete(SnapshotManifests.empty(id, at(hour, 5), at(hour, 10), at(hour, 20), sets));
  }

  /** As often as it takes until everything that was buried at an hour is gone. */
  private List<Decision> retain(int hour) {
    Instant now = instant(hour);
    List<Decision> decisions = retention(now).run();
    retention(now.plus(GRACE).plusSeconds(1)).run();
    return decisions;
  }

  private Retention retention(Instant now) {
    return new Retention(new ArchiveIndex(store, keys), POLICY, () -> now);
  }

  private static Verdict verdict(List<Decision> decisions, String name) {
    return decisions.stream()
        .filter(decision -> decision.name().equals(name))
        .map(Decision::verdict)
        .findFirst()
        .orElseThrow();
  }

  private List<RestorableRange> restorable() {
    return ArchiveContents.load(new ArchiveIndex(store, keys), TailSource.NONE).restorable();
  }

  private void assertRestorable(Optime from, Optime to) {
    assertThat(restorable())
        .as("from %s to %s", from, to)
        .anyMatch(range -> range.contains(from) && range.contains(to));
  }

  private List<String> segments(ReplicaSetRef set) {
    return store.list(keys.segmentsPrefix(set)).map(ObjectInfo::key).toList();
  }

  @Test
  void shouldKeepWhatBecomesRestorableWhenASetThatStoodStillCatchesUp() {
    play(rs0, 0, 60);
    play(rs1, 0, 60);
    snapshot("old", 20, RS0, RS1);
    snapshot("base", 40, RS0, RS1);
    snapshot("newest", 55, RS0, RS1);
    for (int hour = 60; hour < 100; hour += 10) {
      play(rs0, hour, hour + 10);
      if (hour == 70) {
        snapshot("meanwhile", 75, RS0, RS1);
      }
      // A month later for the snapshots' age.
      retain(hour + 10 + 720);
      assertRestorable(at(50, 0), at(59, 30));
    }

    play(rs1, 60, 100);

    assertRestorable(at(50, 0), at(99, 30));
    assertThat(restorable())
        .singleElement()
        .satisfies(range -> assertThat(range.snapshots()).contains("base", "newest", "meanwhile"))
        .satisfies(range -> assertThat(range.snapshots()).doesNotContain("old"));
    List<Decision> caughtUp = retain(100 + 720);
    assertThat(verdict(caughtUp, "newest")).isEqualTo(Verdict.DELETE);
    assertThat(verdict(caughtUp, "meanwhile")).isEqualTo(Verdict.KEEP);
    assertRestorable(at(90, 0), at(99, 30));
    assertThat(segments(RS0)).as("what is old is deleted again").hasSize(25);
  }

  @Test
  void shouldSayWhatTheWindowWaitsFor() {
    play(rs0, 0, 30);
    play(rs1, 0, 12);
    snapshot("base", 1, RS0, RS1);

    assertThat(retention(instant(30)).explain())
        .filteredOn(decision -> decision.subject() == Subject.SEGMENTS)
        .anyMatch(
            decision ->
                decision.reason().contains("it waits for " + RS1 + ", archived up to ")
                    && decision.reason().contains(instant(11).plusSeconds(1800).toString()));
  }

  @Test
  void shouldNotWaitForASetThatLeftTheCluster() {
    play(rs0, 0, 60);
    play(rs1, 0, 20);
    snapshot("both", 10, RS0, RS1);
    assertThat(retention(instant(720)).explain())
        .filteredOn(decision -> decision.keys().contains(segments(RS0).get(30)))
        .extracting(Decision::verdict)
        .containsExactly(Verdict.KEEP);
    snapshot("without", 40, RS0);

    List<Decision> decisions = retain(720);

    assertThat(verdict(decisions, "both")).isEqualTo(Verdict.DELETE);
    assertThat(segments(RS0)).hasSize(20);
    assertRestorable(at(49, 30), at(59, 30));
  }

  @Test
  void shouldKeepTheBaseOfEverySetWhenBasesAreRegisteredOneByOne() {
    play(rs0, 0, 60);
    play(rs1, 0, 60);
    SnapshotCatalogue catalogue = new SnapshotCatalogue(store, keys);
    catalogue.complete(SnapshotManifests.external("disk-0", at(20, 30), RS0));
    catalogue.complete(SnapshotManifests.external("disk-1", at(21, 30), RS1));

    List<Decision> decisions = retain(720);

    assertThat(verdict(decisions, "disk-0")).isEqualTo(Verdict.KEEP);
    assertThat(verdict(decisions, "disk-1")).isEqualTo(Verdict.KEEP);
    assertThat(segments(RS0)).hasSize(40);
    assertThat(segments(RS1)).hasSize(39);
  }

  @Test
  void shouldKeepWhatASegmentThatIsBroughtBackMakesRestorable() {
    play(rs0, 0, 60);
    snapshot("base", 10, RS0);
    String lost = segments(RS0).get(30);
    byte[] content = store.read(lost);
    store.delete(lost);

    retain(720);
    store.put(lost, ObjectContent.of(content), PutCondition.ifAbsent());

    assertRestorable(at(50, 0), at(59, 30));
  }
}
