package dev.tidemark.monitor.condition;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.archive.key.ReplicaSetRef;
import dev.tidemark.monitor.SteppedClock;
import dev.tidemark.monitor.alert.Assessment;
import dev.tidemark.monitor.alert.Assessment.Verdict;
import dev.tidemark.monitor.observation.Backups;
import dev.tidemark.monitor.observation.OplogProgress;
import dev.tidemark.monitor.source.OplogWindow;
import dev.tidemark.oplog.optime.Optime;
import dev.tidemark.schemas.archive.MarkerKind;
import dev.tidemark.schemas.archive.OplogMarker;
import dev.tidemark.schemas.archive.SegmentIndexEntry;
import dev.tidemark.schemas.archive.SnapshotKind;
import dev.tidemark.schemas.archive.SnapshotSet;
import dev.tidemark.schemas.archive.SnapshotSummary;
import dev.tidemark.schemas.event.EventKinds;
import dev.tidemark.schemas.event.OplogEventView;
import dev.tidemark.schemas.serde.TrustedRecords;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class OplogConditionsTest {

  static {
    TrustedRecords.trust();
  }

  private static final String SET = "65a9f0a1b2c3d4e5f6a7b8c9";
  private static final Duration TOLERANCE = Duration.ofSeconds(30);
  private static final Duration SILENCE = Duration.ofSeconds(15);

  private final SteppedClock clock = new SteppedClock();
  private final Backups backups = new Backups();
  private final OplogProgress progress = new OplogProgress(TOLERANCE);
  private final Condition lag =
      new OplogLag(progress, backups, Limit.of(Duration.ofMinutes(1), 0.1), SILENCE);
  private final Condition archive =
      new ArchiveLag(progress, Limit.of(Duration.ofMinutes(2), 0.1), SILENCE);
  private final Condition gap = new OplogGap(progress, backups);

  private Optime last = Optime.ZERO;

  private Optime at(Instant time) {
    return Optime.of(time.getEpochSecond(), 1);
  }

  private void event(String kind, Optime optime, Instant observed) {
    boolean entry = kind.equals(EventKinds.ENTRY);
    progress.captured(
        new OplogEventView(
            kind,
            SET,
            "rs0",
            optime.value(),
            1,
            last.value(),
            1,
            entry ? optime.seconds() * 1000 : OplogEventView.NO_WALL,
            observed.toEpochMilli(),
            entry ? "i" : "",
            entry ? "a.b" : "",
            entry ? ByteBuffer.allocate(5) : null));
    if (entry) {
      last = optime;
    }
  }

  private void entry() {
    event(EventKinds.ENTRY, at(clock.instant()), clock.instant());
  }

  private void heartbeat(Optime optime) {
    event(EventKinds.HEARTBEAT, optime, clock.instant());
  }

  private void segment(Optime upTo, OplogMarker marker) {
    progress.archived(
        SegmentIndexEntry.newBuilder()
            .setCluster("shop")
            .setSetId(SET)
            .setSource("rs0")
            .setObjectKey("k")
            .setFirstTs(upTo.value())
            .setFirstTerm(1)
            .setLastTs(upTo.value())
            .setLastTerm(1)
            .setPrevTs(0)
            .setPrevTerm(-1)
            .setStartsWith(marker)
            .setMaxWall(Instant.ofEpochSecond(upTo.seconds()))
            .setEntryCount(1)
            .setEntryBytes(1)
            .setObjectBytes(1)
            .setContentSha256(ByteBuffer.allocate(32))
            .build());
  }

  private Assessment read(Condition condition) {
    progress.complete(clock.instant());
    List<Assessment> found = condition.assess(clock.instant());
    assertThat(found).hasSize(1);
    assertThat(found.get(0).source()).isEqualTo("rs0-" + SET);
    return found.get(0);
  }

  @Test
  void shouldMeasureLagFromTheNewestEntryWhenNoHeartbeatFollows() {
    entry();
    clock.step(Duration.ofSeconds(50));
    assertThat(read(lag))
        .returns(50.0, Assessment::value)
        .returns(Verdict.GOOD, Assessment::verdict);
    clock.step(Duration.ofSeconds(11));
    assertThat(read(lag))
        .returns(61.0, Assessment::value)
        .returns(Verdict.BAD, Assessment::verdict);
  }

  @Test
  void shouldSeeNoLagWhenAnIdleSetBeats() {
    entry();
    Optime newest = last;
    clock.step(Duration.ofSeconds(25));
    heartbeat(newest);
    assertThat(read(lag).value()).isZero();
  }

  @Test
  void shouldSeeLagWhenHeartbeatsComeFromAMemberThatIsCutOff() {
    entry();
    Optime newest = last;
    for (int i = 0; i < 100; i++) {
      clock.step(Duration.ofSeconds(1));
      heartbeat(newest);
    }
    assertThat(read(lag))
        .returns(70.0, Assessment::value)
        .returns(Verdict.BAD, Assessment::verdict);
  }

  @Test
  void shouldSayNothingAboutLagWhenTheTopicsWereNotRead() {
    entry();
    progress.complete(clock.instant());
    clock.step(Duration.ofMinutes(5));
    assertThat(lag.assess(clock.instant())).isEmpty();
    assertThat(archive.assess(clock.instant())).isEmpty();
  }

  @Test
  void shouldMissTheOplogOfASetThatWasSnapshottedButNeverCaptured() {
    snapshot(at(clock.instant()));
    assertThat(read(lag).verdict()).isEqualTo(Verdict.BAD);
  }

  @Test
  void shouldCountArchiveLagFromTheOldestEntryThatIsNotArchived() {
    entry();
    segment(last, null);
    assertThat(read(archive).value()).isZero();
    clock.step(Duration.ofHours(1));
    assertThat(read(archive).value()).isZero();
    entry();
    clock.step(Duration.ofSeconds(100));
    entry();
    assertThat(read(archive).value()).isEqualTo(100);
    clock.step(Duration.ofSeconds(21));
    assertThat(read(archive).verdict()).isEqualTo(Verdict.BAD);
    segment(last, null);
    assertThat(read(archive))
        .returns(0.0, Assessment::value)
        .returns(Verdict.GOOD, Assessment::verdict);
  }

  @Test
  void shouldAlertWhenTheBacklogHasSpentHalfOfTheTopicsRetention() {
    Condition backlog =
        new ArchiveBacklog(progress, () -> Optional.of(Duration.ofHours(48)), new Limit(0.5, 0.1));
    entry();
    assertThat(read(backlog)).returns(0.0, Assessment::value);
    clock.step(Duration.ofHours(23));
    assertThat(read(backlog).verdict()).isEqualTo(Verdict.MARGINAL);
    clock.step(Duration.ofHours(2));
    assertThat(read(backlog).verdict()).isEqualTo(Verdict.BAD);
    segment(last, null);
    assertThat(read(backlog))
        .returns(0.0, Assessment::value)
        .returns(Verdict.GOOD, Assessment::verdict);
  }

  @Test
  void shouldNotJudgeTheBacklogWhereKafkaKeepsItForEver() {
    entry();
    clock.step(Duration.ofDays(90));
    progress.complete(clock.instant());
    assertThat(
            new ArchiveBacklog(progress, Optional::empty, new Limit(0.5, 0.1))
                .assess(clock.instant()))
        .isEmpty();
  }

  @Test
  void shouldNotBlameTheArchiveForAnIdleTimeWhenEntriesWereNotShown() {
    entry();
    segment(last, null);
    clock.step(Duration.ofHours(1));
    read(archive);
    clock.step(Duration.ofSeconds(5));
    last = at(clock.instant());
    clock.step(Duration.ofSeconds(1));
    entry();
    assertThat(read(archive).value()).isEqualTo(6);
  }

  @Test
  void shouldRestartArchiveLagAtTheEndOfASegmentThatDoesNotHoldEverything() {
    entry();
    segment(last, null);
    clock.step(Duration.ofSeconds(10));
    entry();
    Optime first = last;
    clock.step(Duration.ofSeconds(60));
    entry();
    segment(first, null);
    assertThat(read(archive).value()).isEqualTo(60);
  }

  @Test
  void shouldAlertAboutAGapUntilASnapshotLiesBehindIt() {
    entry();
    assertThat(gap.assess(clock.instant())).isEmpty();
    snapshot(last);
    clock.step(Duration.ofMinutes(1));
    Optime from = at(clock.instant());
    segment(from, new OplogMarker(MarkerKind.GAP, from.value(), last.value()));
    assertThat(read(gap).verdict()).isEqualTo(Verdict.BAD);
    clock.step(Duration.ofMinutes(1));
    snapshot(at(clock.instant()));
    assertThat(read(gap).verdict()).isEqualTo(Verdict.GOOD);
  }

  @Test
  void shouldAlertWhenTheCaptureBeganAfterTheNewestSnapshot() {
    Optime from = at(clock.step(Duration.ofMinutes(1)));
    segment(from, new OplogMarker(MarkerKind.START, from.value(), 0L));
    assertThat(gap.assess(clock.instant())).isEmpty();
    snapshot(at(clock.instant().minusSeconds(30)));
    assertThat(read(gap).verdict()).isEqualTo(Verdict.BAD);
    snapshot(from);
    assertThat(read(gap).verdict()).isEqualTo(Verdict.GOOD);
  }

  @Test
  void shouldCompareAnOplogWithTheCaptureOfItsOwnSetOnly() {
    entry();
    Optime from = Optime.of(last.seconds() - 3600, 1);
    Optime later = Optime.of(last.seconds() + 3600, 1);
    OplogWindow own = new OplogWindow("shop", new ReplicaSetRef("rs0", SET), from, last, 1);
    OplogWindow sameName =
        new OplogWindow(
            "anew", new ReplicaSetRef("rs0", "75a9f0a1b2c3d4e5f6a7b8c9"), later, later, 1);
    Condition headroom =
        new OplogHeadroom(
            () -> List.of(own, sameName), progress, Limit.of(Duration.ofMinutes(30), 0.1));

    assertThat(headroom.assess(clock.instant()))
        .singleElement()
        .returns("shop", Assessment::source)
        .returns(Verdict.GOOD, Assessment::verdict);
  }

  @Test
  void shouldBeBlindWhenTheTopicsWereNotReadForLong() {
    Instant start = clock.instant();
    Condition sight = new Sight(() -> start, Limit.of(Duration.ofMinutes(1), 0.1));
    assertThat(sight.assess(clock.step(Duration.ofSeconds(30))).get(0).verdict())
        .isEqualTo(Verdict.GOOD);
    assertThat(sight.assess(clock.step(Duration.ofSeconds(31))).get(0).verdict())
        .isEqualTo(Verdict.BAD);
  }

  private void snapshot(Optime fetchStart) {
    backups.add(
        SnapshotSummary.newBuilder()
            .setSnapshotId("s" + fetchStart)
            .setCluster("shop")
            .setKind(SnapshotKind.FULL)
            .setStartedAt(clock.instant())
            .setCompletedAt(clock.instant())
            .setManifestKey("k")
            .setSets(
                List.of(
                    new SnapshotSet(
                        SET, "rs0", fetchStart.value(), fetchStart.value(), fetchStart.value())))
            .setCollections(1)
            .setDocuments(1)
            .setDataBytes(1)
            .setStoredBytes(1)
            .build());
  }
}
