package dev.tidemark.archive.plan;

import static dev.tidemark.archive.segment.OplogScript.RS0;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.tidemark.archive.chain.ChainPosition;
import dev.tidemark.archive.defect.Defect;
import dev.tidemark.archive.defect.DefectKind;
import dev.tidemark.archive.error.ArchiveError;
import dev.tidemark.archive.index.ArchiveIndex;
import dev.tidemark.archive.index.Rollup;
import dev.tidemark.archive.index.RollupKeeper;
import dev.tidemark.archive.key.ObjectKeys;
import dev.tidemark.archive.key.OptimeHour;
import dev.tidemark.archive.key.ReplicaSetRef;
import dev.tidemark.archive.segment.EventCursor;
import dev.tidemark.archive.segment.OplogScript;
import dev.tidemark.archive.segment.SegmentSequence;
import dev.tidemark.archive.snapshot.SnapshotCatalogue;
import dev.tidemark.archive.snapshot.SnapshotManifests;
import dev.tidemark.archive.store.ArchiveConfig;
import dev.tidemark.archive.store.ObjectContent;
import dev.tidemark.archive.store.ObjectStore;
import dev.tidemark.archive.store.ObjectStores;
import dev.tidemark.archive.store.PutCondition;
import dev.tidemark.oplog.optime.Optime;
import dev.tidemark.schemas.archive.SegmentIndexEntry;
import dev.tidemark.schemas.event.OplogEventView;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlannerTest {

  /** Seconds 1000, 1001, … of one hour; a segment every ten. */
  private static final long BASE = 500_000L * 3600;

  private static final ReplicaSetRef RS1 = new ReplicaSetRef("rs1", "65a9f2b1c0ffee0000000002");

  @TempDir private Path directory;
  private final ObjectKeys keys = new ObjectKeys("shop");
  private final List<SegmentIndexEntry> stored = new ArrayList<>();
  private ObjectStore store;
  private OplogScript script;
  private int clock;

  @BeforeEach
  void open() throws IOException {
    Files.createDirectory(directory.resolve("archive"));
    store = ObjectStores.open("file:" + directory.resolve("archive"), ArchiveConfig.ofUrl(""));
    script = new OplogScript(RS0, directory);
  }

  private static Optime at(int second) {
    return Optime.of(BASE + second, 1);
  }

  private static Instant instant(int second) {
    return Instant.ofEpochSecond(BASE + second);
  }

  /** Stores segments of ten entries, one a second, up to a second. */
  private void playTo(int end) {
    while (clock < end) {
      for (int i = 0; i < 10; i++) {
        script.insert(at(clock++), "shop.orders", clock);
      }
      stored.add(script.store(store));
    }
  }

  private void snapshot(String id, int fetchStart, int start, int end, ReplicaSetRef... sets) {
    new SnapshotCatalogue(store, keys)
        .complete(
            SnapshotManifests.empty(
                id,
                at(fetchStart),
                at(start),
                at(end),
                sets.length == 0 ? new ReplicaSetRef[] {RS0} : sets));
  }

  private RestorePlan plan(String target) {
    return plan(target, PlanCheck.HEADERS, TailSource.NONE);
  }

  private RestorePlan plan(String target, PlanCheck check, TailSource tail) {
    return new Planner(new ArchiveIndex(store, keys), tail)
        .plan(new PlanRequest(RestoreTarget.parse(target), Optional.empty(), check));
  }

  private TargetUnreachableException refusal(String target) {
    return refusal(target, PlanCheck.HEADERS);
  }

  private TargetUnreachableException refusal(String target, PlanCheck check) {
    try {
      RestorePlan plan = plan(target, check, TailSource.NONE);
      throw new AssertionError("planned " + plan);
    } catch (TargetUnreachableException e) {
      assertThat(e.error()).isEqualTo(ArchiveError.ARCHIVE_TARGET_UNREACHABLE);
      return e;
    }
  }

  private List<SegmentIndexEntry> entries(int from, int to) {
    return stored.subList(from, to).stream().map(Rollup::withoutBlocks).toList();
  }

  private static List<SegmentIndexEntry> withoutBlocks(List<SegmentIndexEntry> segments) {
    return segments.stream().map(Rollup::withoutBlocks).toList();
  }

  @Test
  void shouldTakeTheNewestSnapshotThatEndsBeforeTheTargetAndTheSegmentsFromItsFetchStart() {
    script.start(at(0));
    playTo(100);
    snapshot("a", 5, 7, 12);
    snapshot("b", 35, 42, 47);
    snapshot("c", 80, 81, 90);

    RestorePlan plan = plan(at(66).toString());

    assertThat(plan.snapshot().snapshotId()).isEqualTo("b");
    assertThat(plan.optime()).isEqualTo(at(66));
    assertThat(plan.warnings()).isEmpty();
    assertThat(plan.sets()).hasSize(1);
    assertThat(withoutBlocks(plan.sets().get(0).segments())).isEqualTo(entries(3, 7));
    assertThat(withoutBlocks(plan.sets().get(0).beyond())).isEqualTo(entries(7, 10));
    assertThat(plan.objectKeys())
        .contains(keys.manifest("b"), stored.get(3).getObjectKey())
        .doesNotContain(stored.get(2).getObjectKey(), stored.get(7).getObjectKey());
    assertThat(plan.namespaces().named())
        .singleElement()
        .satisfies(counts -> assertThat(counts.getInserts()).isEqualTo(40));
  }

  @Test
  void shouldReadTheEntriesOfAPlanInOrder() {
    script.start(at(0));
    playTo(100);
    snapshot("a", 5, 7, 12);
    SetPlan set = plan(at(66).toString()).sets().get(0);

    List<Optime> read = new ArrayList<>();
    try (EventCursor cursor = new SegmentSequence(store, set.segments()).open(at(5), set.cut())) {
      for (OplogEventView event = cursor.next(); event != null; event = cursor.next()) {
        read.add(new Optime(event.ts()));
      }
    }

    List<Optime> expected = new ArrayList<>();
    for (int second = 5; second <= 66; second++) {
      expected.add(at(second));
    }
    assertThat(read).isEqualTo(expected);
  }

  @Test
  void shouldStopAnywhereBetweenEntriesOrBeforeOne() {
    script.start(at(0));
    playTo(50);
    snapshot("a", 5, 7, 12);

    assertThat(plan("before " + at(30)).optime()).isEqualTo(at(29));
    assertThat(plan(Optime.of(BASE + 30, 9_999).toString()).optime()).isEqualTo(at(30));
    assertThat(plan("latest").optime()).isEqualTo(at(49));
    assertThat(plan(instant(30).toString()).optime()).isEqualTo(at(30));
    assertThat(plan(instant(30).plusMillis(999).toString()).optime()).isEqualTo(at(30));
    assertThat(plan(instant(31).minusMillis(1).toString()).optime()).isEqualTo(at(30));
    assertThat(plan(instant(49).toString()).optime()).isEqualTo(at(49));
    assertThat(plan(at(12).toString()).optime()).isEqualTo(at(12));
  }

  @Test
  void shouldSayWhatIsPossibleWhenTheTargetLiesBeforeOrBehindEverything() {
    script.start(at(0));
    playTo(50);
    snapshot("a", 5, 7, 12);
    RestorableRange all = new RestorableRange(at(12), at(49), List.of("a"));

    assertThat(refusal(at(11).toString()).restorable()).containsExactly(all);
    assertThat(refusal(at(11).toString())).hasMessageContaining("ends at " + at(12));
    assertThat(refusal(at(50).toString()).restorable()).containsExactly(all);
    assertThat(refusal(at(50).toString())).hasMessageContaining("archived only up to " + at(49));
    assertThat(refusal(instant(-5).toString()).restorable()).containsExactly(all);
    assertThat(refusal(instant(51).toString()).restorable()).containsExactly(all);
    assertThat(refusal(instant(51).toString())).hasMessageContaining("after the newest entry");
  }

  @Test
  void shouldNotRestoreWithoutASnapshot() {
    script.start(at(0));
    playTo(20);

    assertThat(refusal("latest")).hasMessageContaining("no snapshot");
  }

  @Test
  void shouldRefuseAcrossAGapAndNameTheRangesAroundIt() {
    script.start(at(0));
    playTo(40);
    clock = 60;
    script.gap(at(60));
    playTo(100);
    snapshot("a", 5, 7, 12);
    snapshot("b", 70, 72, 75);
    List<RestorableRange> around =
        List.of(
            new RestorableRange(at(12), at(39), List.of("a")),
            new RestorableRange(at(75), at(99), List.of("b")));

    for (String target : List.of(at(50).toString(), at(65).toString(), instant(50).toString())) {
      TargetUnreachableException refusal = refusal(target);
      assertThat(refusal.restorable()).isEqualTo(around);
      assertThat(refusal).hasMessageContaining("the source lost the entries after " + at(39));
    }
    assertThat(plan(at(39).toString()).snapshot().snapshotId()).isEqualTo("a");
    assertThat(plan(at(80).toString()).snapshot().snapshotId()).isEqualTo("b");
    assertThat(plan("latest").snapshot().snapshotId()).isEqualTo("b");
  }

  @Test
  void shouldRefuseWhereEntriesWereLostOnTheWay() {
    script.start(at(0));
    playTo(40);
    clock = 50;
    script.lose(at(49));
    playTo(100);
    snapshot("a", 5, 7, 12);

    TargetUnreachableException refusal = refusal(at(70).toString());

    assertThat(refusal).hasMessageContaining("lacks the entries after " + at(39));
    assertThat(refusal.restorable())
        .containsExactly(new RestorableRange(at(12), at(39), List.of("a")));
    assertThat(refusal.defects()).extracting(Defect::kind).contains(DefectKind.CHAIN_BROKEN);
  }

  @Test
  void shouldRefuseWhatNeedsADeletedSegmentAndPlanAroundIt() {
    script.start(at(0));
    playTo(100);
    snapshot("a", 5, 7, 12);
    snapshot("b", 60, 62, 65);
    store.delete(stored.get(4).getObjectKey());

    TargetUnreachableException refusal = refusal(at(55).toString());

    assertThat(refusal.restorable())
        .containsExactly(
            new RestorableRange(at(12), at(39), List.of("a")),
            new RestorableRange(at(65), at(99), List.of("b")));
    assertThat(plan(at(80).toString()).snapshot().snapshotId()).isEqualTo("b");
    assertThat(plan(at(39).toString()).snapshot().snapshotId()).isEqualTo("a");
  }

  @Test
  void shouldNameTheDeletedSegmentWhenARollupKnowsIt() {
    script.start(at(0));
    playTo(100);
    snapshot("a", 5, 7, 12);
    new RollupKeeper(store, keys).rollUp(RS0, OptimeHour.of(at(0)));
    store.delete(stored.get(4).getObjectKey());

    assertThat(refusal(at(55).toString())).hasMessageContaining(stored.get(4).getObjectKey());
  }

  @Test
  void shouldRefuseASwappedSegment() {
    script.start(at(0));
    playTo(100);
    snapshot("a", 5, 7, 12);
    store.put(
        stored.get(4).getObjectKey(),
        ObjectContent.of(store.read(stored.get(5).getObjectKey())),
        PutCondition.always());

    TargetUnreachableException refusal = refusal(at(70).toString());

    assertThat(refusal).hasMessageContaining(stored.get(4).getObjectKey());
    assertThat(refusal.restorable())
        .containsExactly(new RestorableRange(at(12), at(39), List.of("a")));
    assertThat(plan(at(35).toString()).optime()).isEqualTo(at(35));
  }

  @Test
  void shouldRefuseAFlippedByteWhenAskedToReadEverything() throws IOException {
    script.start(at(0));
    playTo(100);
    snapshot("a", 5, 7, 12);
    Path file = directory.resolve("archive").resolve(stored.get(4).getObjectKey());
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length - 40] ^= 4;
    Files.write(file, bytes);

    TargetUnreachableException refusal = refusal(at(70).toString(), PlanCheck.CONTENT);

    assertThat(refusal.defects())
        .containsExactly(
            new Defect(
                DefectKind.SEGMENT_CORRUPT,
                stored.get(4).getObjectKey(),
                "a block fails its checksum"));
    assertThat(plan(at(35).toString(), PlanCheck.CONTENT, TailSource.NONE).optime())
        .isEqualTo(at(35));
  }

  @Test
  void shouldRefuseWhatNeedsAStaleIndex() {
    script.start(at(0));
    playTo(100);
    snapshot("a", 5, 7, 12);
    List<SegmentIndexEntry> entries = new ArrayList<>(stored);
    entries.set(
        4,
        SegmentIndexEntry.newBuilder(entries.get(4))
            .setContentSha256(ByteBuffer.allocate(32))
            .build());
    Rollup stale = new Rollup(keys.rollup(RS0, OptimeHour.of(at(0))), entries);
    store.put(stale.key(), ObjectContent.of(stale.encode()), PutCondition.always());

    assertThat(refusal(at(70).toString()).defects())
        .extracting(Defect::kind)
        .containsExactly(DefectKind.INDEX_STALE);
    assertThat(plan(at(35).toString()).optime()).isEqualTo(at(35));
  }

  @Test
  void shouldWarnWhenAClockRanAhead() {
    script.start(at(0));
    for (int second = 0; second < 30; second++) {
      long wall = (BASE + second + (second == 20 ? 3600 : 0)) * 1000;
      script.insert(at(second), "shop.orders", second, wall);
    }
    stored.add(script.store(store));
    snapshot("a", 1, 2, 5);

    RestorePlan plan = plan(instant(25).toString());

    assertThat(plan.optime()).isEqualTo(at(19));
    assertThat(plan.warnings())
        .singleElement()
        .asString()
        .contains(at(20).toString())
        .contains("ask for the optime " + at(25));
  }

  @Test
  void shouldReadOnInKafkaWhereTheArchiveEnds() {
    script.start(at(0));
    playTo(50);
    snapshot("a", 5, 7, 12);
    TailSource tail = (set, newest) -> Optional.of(new TestTail(50, 60, at(63)));

    assertThat(plan("latest", PlanCheck.HEADERS, tail).optime()).isEqualTo(at(59));
    RestorePlan plan = plan(at(55).toString(), PlanCheck.HEADERS, tail);
    assertThat(plan.optime()).isEqualTo(at(55));
    assertThat(plan.sets().get(0).tail()).isPresent();
    assertThat(plan(instant(55).toString(), PlanCheck.HEADERS, tail).optime()).isEqualTo(at(55));
    // A heartbeat says that nothing came up to then.
    assertThat(plan(at(62).toString(), PlanCheck.HEADERS, tail).optime()).isEqualTo(at(59));
    assertThat(plan(instant(62).toString(), PlanCheck.HEADERS, tail).optime()).isEqualTo(at(59));
    assertThat(plan(at(45).toString(), PlanCheck.HEADERS, tail).sets().get(0).tail()).isEmpty();
  }

  /** Entries a second, and a heartbeat. */
  private record TestTail(int from, int to, Optime complete) implements OplogTail {
    @Override
    public Optime completeFrom() {
      return at(from);
    }

    @Override
    public ChainPosition last() {
      return new ChainPosition(at(to - 1).value(), 3);
    }

    @Override
    public long entries() {
      return (long) to - from;
    }

    @Override
    public long bytes() {
      return 100L * entries();
    }

    @Override
    public Iterator<EntryTime> times() {
      List<EntryTime> times = new ArrayList<>();
      for (int second = from; second < to; second++) {
        times.add(new EntryTime(at(second), OptionalLong.of((BASE + second) * 1000)));
      }
      return times.iterator();
    }
  }

  @Test
  void shouldResolveOneOptimeForAllReplicaSets() {
    script.start(at(0));
    playTo(50);
    OplogScript other = new OplogScript(RS1, directory);
    other.start(at(0));
    for (int second = 0; second < 40; second += 3) {
      other.insert(at(second), "shop.items", second);
    }
    other.store(store);
    snapshot("a", 3, 6, 12, RS0, RS1);

    RestorePlan latest = plan("latest");
    assertThat(latest.optime()).isEqualTo(at(39));
    assertThat(latest.sets()).extracting(SetPlan::cut).containsExactly(at(39), at(39));

    RestorePlan plan = plan(instant(25).toString());
    assertThat(plan.optime()).isEqualTo(at(26).previous());
    assertThat(plan.sets()).extracting(SetPlan::cut).containsExactly(at(25), at(24));
    assertThat(refusal(at(45).toString()).restorable())
        .containsExactly(new RestorableRange(at(12), at(39), List.of("a")));
  }

  @Test
  void shouldWarnOfAReplicaSetThatTheSnapshotDoesNotKnow() {
    script.start(at(0));
    playTo(50);
    OplogScript other = new OplogScript(RS1, directory);
    other.start(at(0)).insert(at(0), "shop.items", 1);
    other.store(store);
    snapshot("a", 3, 6, 12);

    assertThat(plan(at(30).toString()).warnings())
        .singleElement()
        .asString()
        .contains(RS1.folder());
  }

  @Test
  void shouldTakeAnOlderSnapshotWhenTheNewestIsDamaged() {
    script.start(at(0));
    playTo(50);
    snapshot("a", 3, 6, 12);
    snapshot("b", 13, 16, 22);
    store.put(
        keys.manifest("b"),
        ObjectContent.of("{".getBytes(StandardCharsets.UTF_8)),
        PutCondition.always());

    RestorePlan plan = plan(at(30).toString());

    assertThat(plan.snapshot().snapshotId()).isEqualTo("a");
    assertThat(plan.warnings()).singleElement().asString().contains("MANIFEST_CORRUPT");
  }

  @Test
  void shouldTakeTheSnapshotThatIsNamed() {
    script.start(at(0));
    playTo(50);
    snapshot("a", 3, 6, 12);
    snapshot("b", 13, 16, 22);
    Planner planner = new Planner(new ArchiveIndex(store, keys), TailSource.NONE);
    RestoreTarget target = new RestoreTarget.At(at(30));

    assertThat(
            planner
                .plan(new PlanRequest(target, Optional.of("a"), PlanCheck.PRESENCE))
                .snapshot()
                .snapshotId())
        .isEqualTo("a");
    assertThatExceptionOfType(TargetUnreachableException.class)
        .isThrownBy(
            () -> planner.plan(new PlanRequest(target, Optional.of("x"), PlanCheck.PRESENCE)))
        .withMessageContaining("no usable snapshot 'x'");
  }

  @Test
  void shouldStartFromASnapshotThatDoesNotShowWhatIsLeftOut() {
    script.start(at(0));
    playTo(50);
    snapshot("a", 3, 6, 12);
    snapshot("b", 13, 16, 22);
    Planner planner = new Planner(new ArchiveIndex(store, keys), TailSource.NONE);
    PlanRequest request = PlanRequest.to(new RestoreTarget.At(at(30)));

    assertThat(planner.plan(request.from(Optional.of(at(23)))).snapshot().snapshotId())
        .isEqualTo("b");
    assertThat(planner.plan(request.from(Optional.of(at(22)))).snapshot().snapshotId())
        .isEqualTo("a");
    assertThatExceptionOfType(TargetUnreachableException.class)
        .isThrownBy(() -> planner.plan(request.from(Optional.of(at(12)))))
        .withMessageContaining("an earlier snapshot is needed");
  }

  @Test
  void shouldNotUseASnapshotThatReachesBackBeforeTheArchive() {
    script.start(at(10));
    clock = 10;
    playTo(50);
    snapshot("a", 5, 12, 15);

    assertThat(refusal(at(30).toString()))
        .hasMessageContaining("archived only from " + at(10) + " on");
  }
}
