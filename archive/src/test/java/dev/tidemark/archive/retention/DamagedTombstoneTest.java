package dev.tidemark.archive.retention;

import static dev.tidemark.archive.segment.OplogScript.RS0;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.tuple;

import dev.tidemark.archive.defect.Defect;
import dev.tidemark.archive.defect.DefectKind;
import dev.tidemark.archive.error.ArchiveError;
import dev.tidemark.archive.index.ArchiveIndex;
import dev.tidemark.archive.index.RollupKeeper;
import dev.tidemark.archive.key.ObjectKeys;
import dev.tidemark.archive.key.OptimeHour;
import dev.tidemark.archive.plan.ArchiveContents;
import dev.tidemark.archive.plan.PlanCheck;
import dev.tidemark.archive.plan.PlanRequest;
import dev.tidemark.archive.plan.Planner;
import dev.tidemark.archive.plan.RestorableRange;
import dev.tidemark.archive.plan.RestorePlan;
import dev.tidemark.archive.plan.RestoreTarget;
import dev.tidemark.archive.plan.TailSource;
import dev.tidemark.archive.plan.TargetUnreachableException;
import dev.tidemark.archive.retention.Decision.Subject;
import dev.tidemark.archive.retention.Decision.Verdict;
import dev.tidemark.archive.segment.OplogScript;
import dev.tidemark.archive.segment.SegmentFormat;
import dev.tidemark.archive.snapshot.SnapshotCatalogue;
import dev.tidemark.archive.snapshot.SnapshotManifests;
import dev.tidemark.archive.store.ArchiveConfig;
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
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of an archive whose notes of what was removed are damaged; see DamageMatrixTest. */
class DamagedTombstoneTest {

  private static final long BASE = 480_000L * 3600;
  private static final Duration GRACE = Duration.ofHours(24);
  private static final Instant NOW = Instant.ofEpochSecond(BASE + 15 * 3600);

  /** Four hours of continuous history. */
  private static final RetentionPolicy POLICY =
      new RetentionPolicy(Duration.ofHours(4), Duration.ofDays(2), GRACE, Duration.ofDays(7));

  @TempDir private Path directory;
  private final ObjectKeys keys = new ObjectKeys("shop");
  private Path spool;
  private ObjectStore store;

  /**
   * Fifteen hours with two segments each. Retention has removed those before snapshot "young" and
   * between it and snapshot "base"; one hour within the window is compacted.
   */
  @BeforeEach
  void play() throws IOException {
    store =
        ObjectStores.open(
            "file:" + Files.createDirectory(directory.resolve("archive")), ArchiveConfig.ofUrl(""));
    spool = Files.createDirectory(directory.resolve("spool"));
    OplogScript script = new OplogScript(RS0, spool).start(at(0, 0));
    for (int hour = 0; hour < 15; hour++) {
      for (int minute : new int[] {1, 31}) {
        script.insert(at(hour, minute), "shop.orders", hour);
        script.store(store);
      }
    }
    new RollupKeeper(store, keys).rollUpFinishedHours(RS0, OptimeHour.of(at(0, 0)));
    SnapshotCatalogue catalogue = new SnapshotCatalogue(store, keys);
    catalogue.complete(SnapshotManifests.empty("young", at(2, 0), at(2, 10), at(2, 31), RS0));
    catalogue.complete(SnapshotManifests.empty("base", at(8, 0), at(8, 10), at(8, 31), RS0));
    retain(NOW);
    new Compaction(index(), spool, SegmentFormat.defaults(), GRACE, () -> NOW).compact(RS0);
    assertThat(verify()).isEmpty();
    assertThat(restorable()).hasSize(2);
  }

  private static Optime at(int hour, int minute) {
    return Optime.of(BASE + hour * 3600L + minute * 60L, 1);
  }

  private ArchiveIndex index() {
    return new ArchiveIndex(store, keys);
  }

  private List<Decision> retain(Instant now) {
    return new Retention(index(), POLICY, () -> now).run();
  }

  private List<Defect> verify() {
    return new ArchiveVerifier(index(), VerifyListener.SILENT, Instant::now)
        .verify(false)
        .defects();
  }

  private List<RestorableRange> restorable() {
    return ArchiveContents.load(index(), TailSource.NONE).restorable();
  }

  private RestorePlan plan(Optime optime) {
    return new Planner(index(), TailSource.NONE)
        .plan(new PlanRequest(new RestoreTarget.At(optime), Optional.empty(), PlanCheck.CONTENT));
  }

  private String tombstone(int hour) {
    return store
        .list(keys.tombstonePrefix(RS0, OptimeHour.of(at(hour, 0))))
        .map(ObjectInfo::key)
        .findFirst()
        .orElseThrow();
  }

  private void overwrite(String key, byte[] content) {
    store.put(key, ObjectContent.of(content), PutCondition.always());
  }

  private void flip(String key) {
    byte[] bytes = store.read(key);
    bytes[bytes.length * 3 / 4] ^= 1;
    overwrite(key, bytes);
  }

  private static boolean isSpace(byte b) {
    return b == ' ' || b == '\n' || b == '\r' || b == '\t';
  }

  @Test
  void shouldNameEveryFlippedByteAndGoOn() {
    List<RestorableRange> before = restorable();
    for (String key : List.of(tombstone(5), tombstone(12), keys.removedSpans(RS0))) {
      DefectKind kind =
          key.equals(keys.removedSpans(RS0))
              ? DefectKind.REMOVED_SPANS_CORRUPT
              : DefectKind.TOMBSTONE_CORRUPT;
      byte[] good = store.read(key);
      for (int i = 0; i < good.length; i += 1 + good.length / 8) {
        byte[] bad = good.clone();
        bad[i] ^= (byte) (1 << i % 8);
        if (isSpace(good[i]) && isSpace(bad[i])) {
          continue;
        }
        overwrite(key, bad);

        assertThat(verify())
            .as("byte %d of %s", i, key)
            .extracting(Defect::kind, Defect::where)
            .contains(tuple(kind, key));
        assertThat(restorable()).as("byte %d of %s", i, key).isEqualTo(before);
      }
      assertThat(plan(at(14, 31)).snapshot().snapshotId()).isEqualTo("base");
      overwrite(key, good);
    }
    assertThat(verify()).isEmpty();
  }

  @Test
  void shouldNameTombstonesThatWereTruncatedOrSwapped() {
    String one = tombstone(5);
    String other = tombstone(6);
    byte[] bytes = store.read(one);
    overwrite(one, store.read(other));
    overwrite(other, bytes);
    String cut = tombstone(4);
    overwrite(cut, Arrays.copyOf(store.read(cut), bytes.length * 9 / 10));

    assertThat(verify())
        .extracting(Defect::kind, Defect::where)
        .containsExactlyInAnyOrder(
            tuple(DefectKind.TOMBSTONE_CORRUPT, one),
            tuple(DefectKind.TOMBSTONE_CORRUPT, other),
            tuple(DefectKind.TOMBSTONE_CORRUPT, cut));
  }

  @Test
  void shouldNotTakeRemovedSegmentsForPresentAndRemoveThemAgain() {
    String damaged = tombstone(5);
    flip(damaged);

    assertThat(index().load(RS0).segments())
        .noneMatch(
            segment ->
                OptimeHour.of(new Optime(segment.entry().getFirstTs()))
                    .equals(OptimeHour.of(at(5, 0))));
    List<Decision> decisions = retain(NOW);

    assertThat(decisions)
        .filteredOn(decision -> decision.subject() == Subject.TOMBSTONE)
        .extracting(Decision::name, Decision::verdict)
        .containsExactly(tuple(damaged, Verdict.REPLACE));
    assertThat(verify()).isEmpty();
    retain(NOW.plus(GRACE).plusSeconds(1));
    assertThat(store.list(keys.hourPrefix(RS0, OptimeHour.of(at(5, 0))))).isEmpty();
    assertThat(verify()).isEmpty();
  }

  @Test
  void shouldRefuseAPlanThatNeedsWhatMayBeRemovedUntilRetentionHasDecided() {
    OptimeHour compacted = OptimeHour.of(at(12, 0));
    String damaged = tombstone(12);
    flip(damaged);
    store.delete(keys.rollup(RS0, compacted));

    assertThatExceptionOfType(TargetUnreachableException.class)
        .isThrownBy(() -> plan(at(14, 31)))
        .satisfies(e -> assertThat(e.error()).isEqualTo(ArchiveError.ARCHIVE_TARGET_UNREACHABLE))
        .withMessageContaining(damaged);
    assertThat(plan(at(11, 31)).snapshot().snapshotId()).isEqualTo("base");
    assertThat(verify())
        .extracting(Defect::kind, Defect::where)
        .contains(tuple(DefectKind.TOMBSTONE_CORRUPT, damaged));

    retain(NOW);

    assertThat(verify()).isEmpty();
    assertThat(plan(at(14, 31)).snapshot().snapshotId()).isEqualTo("base");
  }

  @Test
  void shouldLeaveAnHourWithADamagedTombstoneToRetention() {
    flip(tombstone(12));

    assertThat(
            new Compaction(index(), spool, SegmentFormat.defaults(), GRACE, () -> NOW).compact(RS0))
        .isEmpty();
  }

  @Test
  void shouldWriteTheListOfRemovedSpansAnewButNotCallALossRemoved() {
    String lost = index().load(RS0).segments().get(5).entry().getObjectKey();
    byte[] content = store.read(lost);
    flip(keys.removedSpans(RS0));
    store.delete(lost);

    List<Decision> decisions = retain(NOW);

    assertThat(decisions)
        .filteredOn(decision -> decision.subject() == Subject.REMOVED_SPANS)
        .extracting(Decision::verdict)
        .containsExactly(Verdict.REPLACE);
    assertThat(verify())
        .extracting(Defect::kind)
        .containsExactlyInAnyOrder(DefectKind.SEGMENT_MISSING, DefectKind.CHAIN_BROKEN);
    overwrite(lost, content);
    assertThat(verify()).isEmpty();
  }
}
