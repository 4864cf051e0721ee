package dev.tidemark.archive.verify;

import static dev.tidemark.archive.defect.DefectKind.CHAIN_BROKEN;
import static dev.tidemark.archive.defect.DefectKind.INDEX_CORRUPT;
import static dev.tidemark.archive.defect.DefectKind.INDEX_STALE;
import static dev.tidemark.archive.defect.DefectKind.MANIFEST_CORRUPT;
import static dev.tidemark.archive.defect.DefectKind.MANIFEST_MISSING;
import static dev.tidemark.archive.defect.DefectKind.SEGMENT_CORRUPT;
import static dev.tidemark.archive.defect.DefectKind.SEGMENT_MISSING;
import static dev.tidemark.archive.defect.DefectKind.SEGMENT_SIZE;
import static dev.tidemark.archive.defect.DefectKind.SNAPSHOT_OBJECT_CORRUPT;
import static dev.tidemark.archive.defect.DefectKind.SNAPSHOT_OBJECT_MISSING;
import static dev.tidemark.archive.defect.DefectKind.SNAPSHOT_OBJECT_SIZE;
import static dev.tidemark.archive.segment.OplogScript.RS0;
import static dev.tidemark.archive.verify.DamageMatrixTest.FoundBy.DEEP;
import static dev.tidemark.archive.verify.DamageMatrixTest.FoundBy.NOBODY;
import static dev.tidemark.archive.verify.DamageMatrixTest.FoundBy.SHALLOW;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.tidemark.archive.defect.Defect;
import dev.tidemark.archive.defect.DefectKind;
import dev.tidemark.archive.index.RollupKeeper;
import dev.tidemark.archive.plan.PlanCheck;
import dev.tidemark.archive.plan.PlanRequest;
import dev.tidemark.archive.plan.Planner;
import dev.tidemark.archive.plan.RestorePlan;
import dev.tidemark.archive.plan.RestoreTarget;
import dev.tidemark.archive.plan.TailSource;
import dev.tidemark.archive.plan.TargetUnreachableException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every kind of object, damaged in every way: who names it, and what becomes of a restore that
 * needs it. The table in docs/archive.md says the same. Notes of what was removed have a test of
 * their own, {@code DamagedTombstoneTest}.
 */
class DamageMatrixTest {

  @TempDir private Path directory;

  /** The cheapest look that finds a damage. */
  enum FoundBy {
    /** Verify, and every plan that needs the object. */
    SHALLOW,
    /** Verify --deep, and a plan that reads every byte; else the restore itself, by checksums. */
    DEEP,
    /** It costs time and nothing else. */
    NOBODY
  }

  /** Something done to an archive. */
  @FunctionalInterface
  interface Damage {
    void doTo(SoundArchive archive) throws IOException;
  }

  /**
   * A line of the matrix.
   *
   * @param where the object that is to be named
   * @param kinds what it may be called
   * @param cache whether it is a roll-up, which no restore needs
   */
  record Case(
      String name,
      Damage damage,
      FoundBy foundBy,
      Function<SoundArchive, String> where,
      List<DefectKind> kinds,
      boolean cache) {

    @Override
    public String toString() {
      return name;
    }
  }

  private static Case found(
      String name,
      FoundBy foundBy,
      Function<SoundArchive, String> where,
      Damage damage,
      DefectKind... kinds) {
    return new Case(name, damage, foundBy, where, List.of(kinds), false);
  }

  private static Case cache(
      String name,
      FoundBy foundBy,
      Function<SoundArchive, String> where,
      Damage damage,
      DefectKind... kinds) {
    return new Case(name, damage, foundBy, where, List.of(kinds), true);
  }

  static Stream<Case> cases() {
    Function<SoundArchive, String> segment = a -> a.segment(3);
    Function<SoundArchive, String> newest = a -> a.segment(12);
    Function<SoundArchive, String> data = a -> a.data("s1");
    Function<SoundArchive, String> metadata = a -> a.metadata("s1");
    Function<SoundArchive, String> manifest = a -> a.manifest("s1");
    Function<SoundArchive, String> rollup = a -> a.rollup(0);
    return Stream.of(
        found(
            "segment, byte of the header flipped",
            SHALLOW,
            segment,
            flip(segment, 0.1),
            SEGMENT_CORRUPT),
        found(
            "segment, byte of a block flipped",
            DEEP,
            segment,
            flip(segment, 0.97),
            SEGMENT_CORRUPT),
        found("segment deleted", SHALLOW, segment, delete(segment), SEGMENT_MISSING),
        found("segment truncated", SHALLOW, segment, truncate(segment), SEGMENT_SIZE),
        found(
            "segment swapped",
            SHALLOW,
            segment,
            swap(segment, a -> a.segment(5)),
            SEGMENT_CORRUPT,
            SEGMENT_SIZE),
        found(
            "segment of the newest hour, byte of the header flipped",
            SHALLOW,
            newest,
            flip(newest, 0.1),
            SEGMENT_CORRUPT),
        found(
            "segment of the newest hour, byte of a block flipped",
            DEEP,
            newest,
            flip(newest, 0.97),
            SEGMENT_CORRUPT),
        found(
            "segment of the newest hour deleted",
            SHALLOW,
            a -> a.segment(13),
            delete(newest),
            CHAIN_BROKEN),
        found(
            "segment of the newest hour truncated",
            SHALLOW,
            newest,
            truncate(newest),
            SEGMENT_SIZE),
        found(
            "segment of the newest hour swapped",
            SHALLOW,
            newest,
            swap(newest, segment),
            SEGMENT_CORRUPT,
            SEGMENT_SIZE),
        found("snapshot data, byte flipped", DEEP, data, flip(data, 0.5), SNAPSHOT_OBJECT_CORRUPT),
        found("snapshot data deleted", SHALLOW, data, delete(data), SNAPSHOT_OBJECT_MISSING),
        found("snapshot data truncated", SHALLOW, data, truncate(data), SNAPSHOT_OBJECT_SIZE),
        found(
            "snapshot data swapped with its metadata",
            SHALLOW,
            data,
            swap(data, metadata),
            SNAPSHOT_OBJECT_SIZE),
        found(
            "snapshot data swapped with another snapshot's",
            SHALLOW,
            data,
            swap(data, a -> a.data("s2")),
            SNAPSHOT_OBJECT_CORRUPT,
            SNAPSHOT_OBJECT_SIZE),
        found(
            "snapshot metadata, byte flipped",
            DEEP,
            metadata,
            flip(metadata, 0.5),
            SNAPSHOT_OBJECT_CORRUPT),
        found(
            "snapshot metadata deleted",
            SHALLOW,
            metadata,
            delete(metadata),
            SNAPSHOT_OBJECT_MISSING),
        found(
            "snapshot metadata truncated",
            SHALLOW,
            metadata,
            truncate(metadata),
            SNAPSHOT_OBJECT_SIZE),
        found("manifest, byte flipped", SHALLOW, manifest, flip(manifest, 0.5), MANIFEST_CORRUPT),
        found("manifest deleted", SHALLOW, manifest, delete(manifest), MANIFEST_MISSING),
        found("manifest truncated", SHALLOW, manifest, truncate(manifest), MANIFEST_CORRUPT),
        found(
            "manifest swapped",
            SHALLOW,
            manifest,
            swap(manifest, a -> a.manifest("s2")),
            MANIFEST_CORRUPT),
        cache("roll-up, byte flipped", SHALLOW, rollup, flip(rollup, 0.5), INDEX_CORRUPT),
        cache("roll-up deleted", NOBODY, rollup, delete(rollup)),
        cache("roll-up truncated", SHALLOW, rollup, truncate(rollup), INDEX_CORRUPT),
        cache("roll-up swapped", SHALLOW, rollup, swap(rollup, a -> a.rollup(1)), INDEX_CORRUPT),
        cache("roll-up stale", SHALLOW, rollup, DamageMatrixTest::makeStale, INDEX_STALE));
  }

  private static Damage flip(Function<SoundArchive, String> object, double where) {
    return archive -> {
      Path file = archive.file(object.apply(archive));
      byte[] bytes = Files.readAllBytes(file);
      bytes[(int) (bytes.length * where)] ^= 1;
      Files.write(file, bytes);
    };
  }

  private static Damage delete(Function<SoundArchive, String> object) {
    return archive -> Files.delete(archive.file(object.apply(archive)));
  }

  private static Damage truncate(Function<SoundArchive, String> object) {
    return archive -> {
      Path file = archive.file(object.apply(archive));
      byte[] bytes = Files.readAllBytes(file);
      Files.write(file, Arrays.copyOf(bytes, bytes.length * 9 / 10));
    };
  }

  private static Damage swap(
      Function<SoundArchive, String> object, Function<SoundArchive, String> other) {
    return archive -> {
      Path one = archive.file(object.apply(archive));
      Path two = archive.file(other.apply(archive));
      byte[] bytes = Files.readAllBytes(one);
      Files.write(one, Files.readAllBytes(two));
      Files.write(two, bytes);
    };
  }

  /** As if it had been written before the hour's last segment was there. */
  private static void makeStale(SoundArchive archive) throws IOException {
    Path segment = archive.file(archive.segment(5));
    byte[] bytes = Files.readAllBytes(segment);
    Files.delete(segment);
    new RollupKeeper(archive.store(), archive.index().keys()).rollUp(RS0, SoundArchive.hour(0));
    Files.write(segment, bytes);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void shouldNameTheDamage(Case damaged) throws IOException {
    SoundArchive archive = new SoundArchive(directory);
    assertThat(verify(archive, true)).isEmpty();

    damaged.damage.doTo(archive);

    assertNamed(damaged, archive, verify(archive, false), damaged.foundBy == SHALLOW);
    assertNamed(damaged, archive, verify(archive, true), damaged.foundBy != NOBODY);
  }

  private static void assertNamed(
      Case damaged, SoundArchive archive, List<Defect> defects, boolean expected) {
    String where = damaged.where.apply(archive);
    if (expected) {
      assertThat(defects)
          .filteredOn(defect -> defect.where().equals(where))
          .isNotEmpty()
          .allSatisfy(defect -> assertThat(damaged.kinds).contains(defect.kind()));
    } else {
      assertThat(defects).isEmpty();
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void shouldRefuseAPlanThatNeedsIt(Case damaged) throws IOException {
    SoundArchive archive = new SoundArchive(directory);
    int needed = plan(archive, PlanCheck.CONTENT).sets().get(0).segments().size();
    assertThat(needed).isEqualTo(SoundArchive.SEGMENTS);

    damaged.damage.doTo(archive);

    if (damaged.cache) {
      assertThat(plan(archive, PlanCheck.CONTENT).sets().get(0).segments()).hasSize(needed);
      return;
    }
    assertRefused(damaged, archive, PlanCheck.CONTENT);
    if (damaged.foundBy == SHALLOW) {
      assertRefused(damaged, archive, PlanCheck.HEADERS);
    }
  }

  private static void assertRefused(Case damaged, SoundArchive archive, PlanCheck check) {
    assertThatExceptionOfType(TargetUnreachableException.class)
        .as("%s, %s", damaged, check)
        .isThrownBy(() -> plan(archive, check));
  }

  private static RestorePlan plan(SoundArchive archive, PlanCheck check) {
    return new Planner(archive.index(), TailSource.NONE)
        .plan(
            new PlanRequest(new RestoreTarget.At(archive.lastOptime()), Optional.of("s1"), check));
  }

  /** Two days later, when no snapshot is being taken any more. */
  private static List<Defect> verify(SoundArchive archive, boolean deep) {
    Instant later = Instant.now().plus(Duration.ofDays(2));
    return new ArchiveVerifier(archive.index(), VerifyListener.SILENT, InstantSource.fixed(later))
        .verify(deep)
        .defects();
  }
}
