package dev.tidemark.archive.retention;

import static dev.tidemark.archive.segment.OplogScript.RS0;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.tuple;

import dev.tidemark.archive.error.ArchiveException;
import dev.tidemark.archive.index.ArchiveIndex;
import dev.tidemark.archive.index.RollupKeeper;
import dev.tidemark.archive.index.Tombstone;
import dev.tidemark.archive.key.ObjectKeys;
import dev.tidemark.archive.key.OptimeHour;
import dev.tidemark.archive.plan.PlanCheck;
import dev.tidemark.archive.plan.PlanRequest;
import dev.tidemark.archive.plan.Planner;
import dev.tidemark.archive.plan.RestoreTarget;
import dev.tidemark.archive.plan.TailSource;
import dev.tidemark.archive.retention.Decision.Subject;
import dev.tidemark.archive.retention.Decision.Verdict;
import dev.tidemark.archive.segment.OplogScript;
import dev.tidemark.archive.segment.SegmentFormat;
import dev.tidemark.archive.snapshot.SnapshotCatalogue;
import dev.tidemark.archive.snapshot.SnapshotManifests;
import dev.tidemark.archive.store.ArchiveConfig;
import dev.tidemark.archive.store.FailingStore;
import dev.tidemark.archive.store.ForwardingObjectStore;
import dev.tidemark.archive.store.ObjectContent;
import dev.tidemark.archive.store.ObjectInfo;
import dev.tidemark.archive.store.ObjectStore;
import dev.tidemark.archive.store.ObjectStores;
import dev.tidemark.archive.store.PutCondition;
import dev.tidemark.archive.verify.ArchiveVerifier;
import dev.tidemark.archive.verify.VerifyListener;
import dev.tidemark.oplog.optime.Optime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RetentionTest {

  private static final long BASE = 480_000L * 3600;
  private static final Duration GRACE = Duration.ofHours(24);

  /** Ten hours of continuous history, two days of snapshots. */
  private static final RetentionPolicy POLICY =
      new RetentionPolicy(Duration.ofHours(10), Duration.ofDays(2), GRACE, Duration.ofDays(7));

  @TempDir private Path directory;
  private final ObjectKeys keys = new ObjectKeys("shop");
  private ObjectStore store;
  private Path spool;
  private OplogScript script;
  private int playedTo;

  @BeforeEach
  void open() throws IOException {
    Files.createDirectory(directory.resolve("archive"));
    spool = Files.createDirectory(directory.resolve("spool"));
    store = ObjectStores.open("file:" + directory.resolve("archive"), ArchiveConfig.ofUrl(""));
    script = new OplogScript(RS0, spool);
    script.start(at(0, 0));
  }

  private static Optime at(int hour, int minute) {
    return Optime.of(BASE + hour * 3600L + minute * 60L, 1);
  }

  private static Instant instant(int hour, int minute) {
    return Instant.ofEpochSecond(BASE + hour * 3600L + minute * 60L);
  }

  /** Two segments an hour, with an entry at minutes 0, 20 and 40. */
  private void playTo(int hour) {
    for (; playedTo < hour; playedTo++) {
      script.insert(at(playedTo, 0), "shop.orders", playedTo);
      script.store(store);
      script.insert(at(playedTo, 20), "shop.orders", playedTo);
      script.insert(at(playedTo, 40), "shop.orders", playedTo);
      script.store(store);
    }
    new RollupKeeper(store, keys).rollUpFinishedHours(RS0, OptimeHour.of(at(0, 0)));
  }

  private void snapshot(String id, int hour) {
    new SnapshotCatalogue(store, keys)
        .complete(SnapshotManifests.empty(id, at(hour, 0), at(hour, 10), at(hour, 30), RS0));
  }

  private Retention retention(ObjectStore through, Instant now) {
    return new Retention(new ArchiveIndex(through, keys), POLICY, () -> now);
  }

  private Optional<Decision> decision(List<Decision> decisions, String name) {
    return decisions.stream().filter(d -> d.name().equals(name)).findFirst();
  }

  private void assertRestorable(Optime optime) {
    new Planner(new ArchiveIndex(store, keys), TailSource.NONE)
        .plan(new PlanRequest(new RestoreTarget.At(optime), Optional.empty(), PlanCheck.CONTENT));
  }

  private void assertWindowRestorable(int fromHour, int toHour) {
    for (int hour = fromHour; hour < toHour; hour++) {
      assertRestorable(at(hour, 5));
      assertRestorable(at(hour, 35));
    }
    assertThat(
            new ArchiveVerifier(new ArchiveIndex(store, keys), VerifyListener.SILENT, Instant::now)
                .verify(true)
                .defects())
        .isEmpty();
  }

  private List<String> segmentKeys() {
    return store.list(keys.segmentsPrefix(RS0)).map(ObjectInfo::key).toList();
  }

  @Test
  void shouldKeepWhatTheWindowAndYoungSnapshotsNeed() {
    playTo(80);
    snapshot("old", 3);
    snapshot("young", 40);
    snapshot("base", 60);
    snapshot("newest", 75);

    List<Decision> decisions = retention(store, instant(80, 0)).run();

    assertThat(decision(decisions, "old"))
        .hasValueSatisfying(
            d -> {
              assertThat(d.verdict()).isEqualTo(Verdict.DELETE);
              assertThat(d.reason()).contains("older than 2 days");
              assertThat(d.keys()).first().isEqualTo(keys.manifest("old"));
            });
    assertThat(decision(decisions, "young"))
        .hasValueSatisfying(d -> assertThat(d.reason()).contains("not older than"));
    assertThat(decision(decisions, "base"))
        .hasValueSatisfying(d -> assertThat(d.reason()).contains("begin with it"));
    assertThat(decision(decisions, "newest"))
        .hasValueSatisfying(d -> assertThat(d.reason()).contains("never deleted"));
    assertThat(decisions)
        .filteredOn(d -> d.subject() == Subject.SEGMENTS)
        .extracting(Decision::verdict)
        .containsExactly(
            Verdict.BURY, Verdict.KEEP, Verdict.BURY, Verdict.KEEP, Verdict.KEEP, Verdict.KEEP);
    assertWindowRestorable(70, 80);
    assertRestorable(at(40, 30));
    assertThat(segmentKeys()).as("deleted after the grace only").hasSize(160);

    retention(store, instant(80, 0).plus(GRACE).plusSeconds(1)).run();

    assertThat(segmentKeys()).hasSizeLessThan(60);
    assertWindowRestorable(70, 80);
    assertRestorable(at(60, 35));
    assertThat(store.list(keys.tombstonePrefix(RS0, OptimeHour.of(at(0, 0))))).isEmpty();
  }

  @Test
  void shouldKeepAnEarlierBaseWhenOneEndsWithinTheFirstSecondOfTheWindow() {
    playTo(80);
    snapshot("earlier", 60);
    // The newest entry is that of 79:40, so the window begins at 69:40.
    Optime end = Optime.of(at(69, 40).seconds(), 7);
    new SnapshotCatalogue(store, keys)
        .complete(SnapshotManifests.empty("edge", end, end, end, RS0));

    retention(store, instant(200, 0)).run();

    assertRestorable(at(69, 40));
  }

  @Test
  void shouldNeverDeleteTheLastGoodSnapshot() {
    playTo(20);
    snapshot("only", 3);

    List<Decision> decisions = retention(store, instant(9_000, 0)).run();

    assertThat(decision(decisions, "only"))
        .hasValueSatisfying(d -> assertThat(d.verdict()).isEqualTo(Verdict.KEEP));
    assertWindowRestorable(10, 20);
  }

  @Test
  void shouldKeepAnOlderSnapshotWhenTheNewestOneIsDamaged() {
    playTo(80);
    snapshot("good", 3);
    new SnapshotCatalogue(store, keys)
        .complete(SnapshotManifests.withObject("damaged", at(70, 0), at(75, 0), RS0));

    List<Decision> decisions = retention(store, instant(80, 0)).run();

    assertThat(decision(decisions, "good"))
        .hasValueSatisfying(d -> assertThat(d.verdict()).isEqualTo(Verdict.KEEP));
    assertRestorable(at(79, 0));
  }

  @Test
  void shouldKeepTheWindowRestorableFromTheArchiveAloneWhenANewerBaseLiesOutside() {
    playTo(80);
    snapshot("inside", 3);
    new SnapshotCatalogue(store, keys)
        .complete(SnapshotManifests.external("disk", at(40, 30), RS0));

    List<Decision> decisions = retention(store, instant(80, 0)).run();

    assertThat(decision(decisions, "inside"))
        .hasValueSatisfying(d -> assertThat(d.verdict()).isEqualTo(Verdict.KEEP));
    assertThat(decision(decisions, "disk"))
        .hasValueSatisfying(d -> assertThat(d.verdict()).isEqualTo(Verdict.KEEP));
    assertRestorable(at(79, 0));
  }

  @Test
  void shouldNotLoseHistoryWhileTheArchiverStandsStill() {
    playTo(80);
    snapshot("base", 60);
    snapshot("newest", 75);

    retention(store, instant(500, 0)).run();
    retention(store, instant(600, 0)).run();

    assertWindowRestorable(70, 80);
  }

  @Test
  void shouldDeleteNoSegmentWithoutAGoodSnapshot() {
    playTo(80);

    assertThat(retention(store, instant(80, 0)).run())
        .allSatisfy(d -> assertThat(d.verdict()).isEqualTo(Verdict.KEEP));
  }

  @Test
  void shouldSpareWhatARestoreReads() {
    playTo(80);
    snapshot("base", 60);
    String pinned = segmentKeys().get(8);
    PinBoard pins = new PinBoard(store, keys);
    Retention atOnce = retention(store, instant(80, 0));
    atOnce.run();
    Instant later = instant(80, 0).plus(GRACE).plusSeconds(1);
    pins.put(new Pin("restore-1", later.plusSeconds(60), List.of(pinned)));

    List<Decision> decisions = retention(store, later).run();

    assertThat(segmentKeys()).contains(pinned);
    assertThat(decisions)
        .filteredOn(d -> d.subject() == Subject.BURIED_SEGMENTS && d.keys().contains(pinned))
        .singleElement()
        .satisfies(d -> assertThat(d.reason()).contains("restore-1"));

    pins.remove("restore-1");
    retention(store, later).run();
    assertThat(segmentKeys()).doesNotContain(pinned);
  }

  @Test
  void shouldDeleteWhatRestoresLeftUnlessTheyRun() {
    playTo(5);
    snapshot("left", 3);
    for (String restore : List.of("left", "running", "running.rs1")) {
      store.put(
          keys.work(restore, "listing-1.bson"),
          ObjectContent.of(new byte[1]),
          PutCondition.always());
    }
    Instant now = Instant.now();
    Instant later = now.plus(Duration.ofDays(8));
    new PinBoard(store, keys).put(new Pin("running", later.plusSeconds(60), List.of()));

    retention(store, now).run();
    assertThat(store.list(keys.workFoldersPrefix())).hasSize(3);
    List<Decision> decisions = retention(store, later).run();

    assertThat(store.list(keys.workFoldersPrefix()))
        .extracting(ObjectInfo::key)
        .containsExactlyInAnyOrder(
            keys.work("running", "listing-1.bson"), keys.work("running.rs1", "listing-1.bson"));
    assertThat(store.list(keys.snapshotPrefix("left")))
        .as("the snapshot of that name")
        .isNotEmpty();
    assertThat(decisions)
        .filteredOn(d -> d.subject() == Subject.RESTORE_WORK)
        .extracting(Decision::name, Decision::verdict)
        .containsExactlyInAnyOrder(
            tuple("left", Verdict.DELETE),
            tuple("running", Verdict.KEEP),
            tuple("running.rs1", Verdict.KEEP));
  }

  @Test
  void shouldDeleteSnapshotsThatWereNeverFinished() {
    playTo(5);
    store.put(
        keys.snapshotFile("torn", "rs0", "a/b.bson.gz"),
        ObjectContent.of(new byte[1]),
        PutCondition.always());
    Instant now = Instant.now();

    retention(store, now).run();
    assertThat(store.list(keys.snapshotsPrefix())).hasSize(1);
    retention(store, now.plus(Duration.ofDays(8))).run();
    assertThat(store.list(keys.snapshotsPrefix())).isEmpty();
  }

  @Test
  void shouldOnlyExplainWhenAskedTo() {
    playTo(80);
    snapshot("old", 3);
    snapshot("base", 60);
    List<ObjectInfo> before = store.list("").toList();

    assertThat(retention(store, instant(80, 0)).explain())
        .anyMatch(d -> d.verdict() == Verdict.DELETE)
        .anyMatch(d -> d.verdict() == Verdict.BURY);

    assertThat(store.list("")).isEqualTo(before);
  }

  @Test
  void shouldLeaveASoundArchiveWhereverItIsKilled() {
    playTo(14);
    snapshot("old", 0);
    snapshot("base", 2);
    snapshot("newest", 11);
    Instant later = instant(200, 0);
    for (int changes = 0; ; changes++) {
      FailingStore killed = new FailingStore(store, changes);
      try {
        compact(killed);
        retention(killed, instant(70, 0)).run();
        retention(killed, later).run();
      } catch (ArchiveException e) {
        assertThat(e).hasMessageContaining("killed");
      }
      if (changes % 4 == 0) {
        assertWindowRestorable(4, 14);
      }
      if (killed.survived()) {
        break;
      }
    }
    assertWindowRestorable(4, 14);
    assertThat(segmentKeys()).hasSize(11 + 2);
  }

  @Test
  void shouldForgetNothingThatAnotherRunBuriesMeanwhile() {
    playTo(80);
    snapshot("base", 60);
    List<String> hour = segmentKeys().subList(0, 2);
    OptimeHour first = OptimeHour.of(at(0, 0));
    Tombstone mine = stone(instant(80, 0), hour.get(0));
    Tombstone others = stone(instant(80, 0), hour.get(1));
    String key = keys.tombstone(RS0, first, mine.digest());
    // The other run comes between the last look at the tombstone and its removal.
    ObjectStore raced =
        new ForwardingObjectStore(store) {
          @Override
          public void delete(String deleted) {
            if (deleted.equals(key)) {
              new Graveyard(store, keys).bury(RS0, first, others);
            }
            super.delete(deleted);
          }
        };
    new Graveyard(store, keys).bury(RS0, first, mine);
    assertThat(buried(first)).containsExactly(hour.get(0));

    new Graveyard(store, keys).forget(key);
    assertThat(buried(first)).as("it is still there").containsExactly(hour.get(0));
    store.delete(hour.get(0));
    new Graveyard(raced, keys).forget(key);

    assertThat(buried(first)).containsExactly(hour.get(1));
  }

  @Test
  void shouldBuryOnceWhatTwoRunsBury() {
    playTo(80);
    String segment = segmentKeys().get(0);
    OptimeHour first = OptimeHour.of(at(0, 0));

    new Graveyard(store, keys).bury(RS0, first, stone(instant(80, 0), segment));
    new Graveyard(store, keys).bury(RS0, first, stone(instant(81, 0), segment));

    assertThat(buried(first)).containsExactly(segment);
  }

  @Test
  void shouldGoOnWhenAnotherRunIsFasterAtEveryTombstone() {
    playTo(80);
    snapshot("base", 60);
    retention(store, instant(80, 0)).run();
    Instant due = instant(80, 0).plus(GRACE).plusSeconds(1);
    assertThat(tombstones()).isNotEmpty();

    runBehindAnother(due, key -> keys.parseTombstone(RS0, key).isPresent());

    assertThat(tombstones()).isEmpty();
    assertWindowRestorable(70, 80);
  }

  @Test
  void shouldGoOnWhenAnotherRunIsFasterAtEveryRollUp() {
    playTo(80);
    snapshot("base", 60);

    runBehindAnother(instant(80, 0), key -> keys.parseRollup(RS0, key).isPresent());

    assertThat(tombstones()).isNotEmpty();
    assertWindowRestorable(70, 80);
  }

  /** Another run does all of its work between this one's listing and its first such look. */
  private void runBehindAnother(Instant now, Predicate<String> look) {
    AtomicBoolean ahead = new AtomicBoolean();
    ObjectStore raced =
        new ForwardingObjectStore(store) {
          @Override
          public byte[] read(String key) {
            if (look.test(key) && !ahead.getAndSet(true)) {
              retention(store, now).run();
            }
            return super.read(key);
          }
        };
    retention(raced, now).run();
    assertThat(ahead).isTrue();
  }

  private List<String> tombstones() {
    return store
        .list(keys.tombstonePrefix(RS0))
        .map(ObjectInfo::key)
        .filter(key -> keys.parseTombstone(RS0, key).isPresent())
        .toList();
  }

  @Test
  void shouldForgetOnceWhatTwoRunsForget() {
    playTo(80);
    OptimeHour first = OptimeHour.of(at(0, 0));
    Tombstone stone = stone(instant(80, 0), segmentKeys().get(0));
    String key = keys.tombstone(RS0, first, stone.digest());
    new Graveyard(store, keys).bury(RS0, first, stone);
    store.delete(stone.keys().get(0));

    new Graveyard(store, keys).forget(key);
    new Graveyard(store, keys).forget(key);

    assertThat(buried(first)).isEmpty();
  }

  private static Tombstone stone(Instant due, String key) {
    return new Tombstone(due, "test", List.of(key));
  }

  private List<String> buried(OptimeHour hour) {
    return store
        .list(keys.tombstonePrefix(RS0, hour))
        .flatMap(
            info ->
                Tombstone.decode(info.key(), store.read(info.key()), info.key()).keys().stream())
        .toList();
  }

  @Test
  void shouldKeepSnapshotsInADirectoryForAWeek() {
    assertThat(RetentionPolicy.defaultsFor(store).snapshots()).isEqualTo(Duration.ofDays(7));
    assertThat(RetentionPolicy.DEFAULTS.snapshots()).isEqualTo(Duration.ofDays(30));
    assertThat(RetentionPolicy.DEFAULTS.continuous()).isEqualTo(Duration.ofHours(24));
  }

  private Compaction compaction(ObjectStore through) {
    return new Compaction(
        new ArchiveIndex(through, keys),
        spool,
        SegmentFormat.defaults(),
        GRACE,
        () -> instant(40, 0));
  }

  private void compact(ObjectStore through) {
    compaction(through).compact(RS0);
  }

  @Test
  void shouldExplainWhatItWouldCompact() {
    playTo(6);
    List<ObjectInfo> before = store.list("").toList();

    List<Compaction.Compacted> explained = compaction(store).explain(RS0);

    assertThat(store.list("")).isEqualTo(before);
    assertThat(explained).hasSize(5);
    assertThat(compaction(store).compact(RS0)).isEqualTo(explained);
    assertThat(compaction(store).explain(RS0)).isEmpty();
  }

  @Test
  void shouldExplainWhatACompactionThatWasKilledLeftUndone() {
    playTo(2);
    List<Compaction.Compacted> whole = compaction(store).explain(RS0);
    assertThatExceptionOfType(ArchiveException.class)
        .isThrownBy(() -> compact(new FailingStore(store, 1)))
        .withMessageContaining("killed");

    assertThat(compaction(store).explain(RS0)).isEqualTo(whole);
  }

  @Test
  void shouldCompactEveryHourButTheNewest() {
    playTo(6);
    snapshot("base", 0);

    compact(store);

    assertThat(segmentKeys()).hasSize(12 + 5);
    assertThat(new ArchiveIndex(store, keys).load(RS0).segments()).hasSize(5 + 2);
    assertWindowRestorable(1, 6);

    compact(store);
    assertThat(segmentKeys()).as("nothing is left to do").hasSize(12 + 5);

    retention(store, instant(40, 0).plus(GRACE).plusSeconds(1)).run();
    assertThat(segmentKeys()).hasSize(5 + 2);
    assertWindowRestorable(1, 6);
  }

  @Test
  void shouldNotCompactAcrossAGap() {
    script.insert(at(0, 1), "shop.orders", 1);
    script.store(store);
    script.insert(at(0, 2), "shop.orders", 2);
    script.store(store);
    script.gap(at(0, 10));
    script.insert(at(0, 10), "shop.orders", 3);
    script.store(store);
    script.insert(at(0, 11), "shop.orders", 4);
    script.store(store);
    playedTo = 1;
    playTo(2);

    compact(store);

    assertThat(new ArchiveIndex(store, keys).load(RS0).segments())
        .extracting(s -> new Optime(s.entry().getFirstTs()))
        .containsExactly(at(0, 1), at(0, 10), at(1, 0), at(1, 20));
  }
}
