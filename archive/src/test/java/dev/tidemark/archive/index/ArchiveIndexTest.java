package dev.tidemark.archive.index;

import static dev.tidemark.archive.segment.OplogScript.RS0;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.tuple;

import dev.tidemark.archive.defect.Defect;
import dev.tidemark.archive.defect.DefectKind;
import dev.tidemark.archive.error.ArchiveError;
import dev.tidemark.archive.error.ArchiveException;
import dev.tidemark.archive.key.ObjectKeys;
import dev.tidemark.archive.key.OptimeHour;
import dev.tidemark.archive.segment.OplogScript;
import dev.tidemark.archive.store.ArchiveConfig;
import dev.tidemark.archive.store.ByteRange;
import dev.tidemark.archive.store.ForwardingObjectStore;
import dev.tidemark.archive.store.ObjectContent;
import dev.tidemark.archive.store.ObjectStores;
import dev.tidemark.archive.store.PutCondition;
import dev.tidemark.archive.store.RecordingStore;
import dev.tidemark.oplog.optime.Optime;
import dev.tidemark.schemas.archive.SegmentIndexEntry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArchiveIndexTest {

  private static final long HOUR = 3600;
  private static final long BASE = 500_000 * HOUR;

  @TempDir private Path directory;
  private final ObjectKeys keys = new ObjectKeys("shop");
  private final List<SegmentIndexEntry> stored = new ArrayList<>();
  private RecordingStore store;
  private ArchiveIndex index;
  private RollupKeeper keeper;

  @BeforeEach
  void play() throws IOException {
    Files.createDirectory(directory.resolve("archive"));
    store =
        new RecordingStore(
            ObjectStores.open("file:" + directory.resolve("archive"), ArchiveConfig.ofUrl("")));
    index = new ArchiveIndex(store, keys);
    keeper = new RollupKeeper(store, keys);
    OplogScript script = new OplogScript(RS0, directory);
    script.start(Optime.of(BASE, 1));
    for (int hour = 0; hour < 3; hour++) {
      for (int i = 0; i < 4; i++) {
        script.insert(Optime.of(BASE + hour * HOUR + i * 15, 1), "shop.orders", i);
        stored.add(script.store(store));
      }
    }
  }

  private static OptimeHour hour(int hour) {
    return OptimeHour.of(Optime.of(BASE + hour * HOUR, 0));
  }

  private List<SegmentIndexEntry> entries(SetIndex loaded) {
    return loaded.segments().stream().map(s -> Rollup.withoutBlocks(s.entry())).toList();
  }

  private List<SegmentIndexEntry> expected() {
    return stored.stream().map(Rollup::withoutBlocks).toList();
  }

  @Test
  void shouldFindSegmentsWithoutAnyRollup() {
    SetIndex loaded = index.load(RS0);

    assertThat(index.sets()).containsExactly(RS0);
    assertThat(entries(loaded)).isEqualTo(expected());
    assertThat(loaded.defects()).isEmpty();
  }

  @Test
  void shouldRollUpEveryHourButTheLast() {
    assertThat(keeper.rollUpFinishedHours(RS0, hour(0))).containsExactly(hour(0), hour(1));
    assertThat(keeper.rollUpFinishedHours(RS0, hour(0))).isEmpty();

    store.forget();
    SetIndex loaded = index.load(RS0);

    assertThat(entries(loaded)).isEqualTo(expected());
    assertThat(loaded.rolledUp()).containsExactlyInAnyOrder(hour(0), hour(1));
    // Three listings, two roll-ups, the headers of the last hour.
    assertThat(store.requests()).hasSize(3 + 2 + 4);
  }

  @Test
  void shouldKeepARollupThatIsRight() {
    keeper.rollUp(RS0, hour(0));
    store.forget();

    keeper.rollUp(RS0, hour(0));

    assertThat(store.requests()).noneMatch(request -> request.startsWith("put"));
  }

  @Test
  void shouldWriteARollupAgainThatIsRemovedWhileItIsCompared() {
    String key = keeper.rollUp(RS0, hour(0)).key();
    RollupKeeper unlucky =
        new RollupKeeper(
            new ForwardingObjectStore(store) {
              private boolean removed;

              @Override
              public byte[] read(String wanted) {
                if (wanted.equals(key) && !removed) {
                  removed = true;
                  delete(key);
                }
                return super.read(wanted);
              }
            },
            keys);

    assertThat(unlucky.rollUp(RS0, hour(0)).entries()).hasSize(4);

    assertThat(index.load(RS0).rolledUp()).containsExactly(hour(0));
  }

  @Test
  void shouldLookAgainWhenASegmentIsDeletedWhileItsHourIsRolledUp() {
    keeper.rollUp(RS0, hour(0));
    String deleted = stored.get(2).getObjectKey();
    RollupKeeper unlucky =
        new RollupKeeper(
            new ForwardingObjectStore(store) {
              @Override
              public byte[] read(String wanted, ByteRange range) {
                if (wanted.equals(deleted)) {
                  delete(deleted);
                }
                return super.read(wanted, range);
              }
            },
            keys);

    assertThat(unlucky.rollUp(RS0, hour(0)).entries())
        .extracting(SegmentIndexEntry::getObjectKey)
        .hasSize(3)
        .doesNotContain(deleted);

    assertThat(index.load(RS0).defects()).isEmpty();
  }

  private void damageHeader(int segment) throws IOException {
    Path file = directory.resolve("archive").resolve(stored.get(segment).getObjectKey());
    byte[] bytes = Files.readAllBytes(file);
    bytes[0] ^= 1;
    Files.write(file, bytes);
  }

  @Test
  void shouldRollUpTheOtherHoursWhenAHeaderIsDamaged() throws IOException {
    damageHeader(1);

    assertThat(keeper.rollUpFinishedHours(RS0, hour(0))).containsExactly(hour(1));

    assertThat(keeper.headers(RS0, hour(0))).hasSize(3);
    assertThat(index.load(RS0).defects())
        .extracting(Defect::kind, Defect::where)
        .containsExactly(tuple(DefectKind.SEGMENT_CORRUPT, stored.get(1).getObjectKey()));
  }

  @Test
  void shouldKeepWhatTheRollupSaidOfASegmentWhoseHeaderIsDamagedSince() throws IOException {
    keeper.rollUp(RS0, hour(0));
    damageHeader(1);
    bury(stored.get(0));

    assertThat(keeper.rollUp(RS0, hour(0)).entries())
        .isEqualTo(expected().subList(1, 4))
        .isEqualTo(
            Rollup.decode(
                    keys.rollup(RS0, hour(0)), store.read(keys.rollup(RS0, hour(0))), "the roll-up")
                .entries());
  }

  @Test
  void shouldRollUpTheOtherHoursWhenATombstoneIsDamaged() {
    store.put(
        keys.tombstone(RS0, hour(0), "0123456789abcdef"),
        ObjectContent.of(new byte[] {'?'}),
        PutCondition.always());

    assertThatExceptionOfType(ArchiveException.class)
        .isThrownBy(() -> keeper.rollUpFinishedHours(RS0, hour(0)))
        .satisfies(e -> assertThat(e.error()).isEqualTo(ArchiveError.ARCHIVE_OBJECT_CORRUPT));

    assertThat(keeper.finishedHours(RS0, hour(0))).containsExactly(hour(0));
  }

  @Test
  void shouldNameTheRollupThatDoesNotKnowASegment() {
    keeper.rollUpFinishedHours(RS0, hour(0));
    Rollup stale = new Rollup(keys.rollup(RS0, hour(0)), stored.subList(0, 3));
    store.put(stale.key(), ObjectContent.of(stale.encode()), PutCondition.always());

    SetIndex loaded = index.load(RS0);

    assertThat(entries(loaded)).isEqualTo(expected());
    assertThat(loaded.defects())
        .extracting(Defect::kind, Defect::where)
        .containsExactly(tuple(DefectKind.INDEX_STALE, stale.key()));
    keeper.rollUp(RS0, hour(0));
    assertThat(index.load(RS0).defects()).isEmpty();
  }

  @Test
  void shouldNameADeletedSegmentOfAnHourWithRollup() {
    keeper.rollUpFinishedHours(RS0, hour(0));
    store.delete(stored.get(1).getObjectKey());

    SetIndex loaded = index.load(RS0);

    assertThat(loaded.segments()).hasSize(11);
    assertThat(loaded.defects())
        .singleElement()
        .satisfies(
            defect -> {
              assertThat(defect.kind()).isEqualTo(DefectKind.SEGMENT_MISSING);
              assertThat(defect.where()).isEqualTo(stored.get(1).getObjectKey());
            });
  }

  @Test
  void shouldNameATruncatedSegmentWithAndWithoutRollup() throws IOException {
    keeper.rollUpFinishedHours(RS0, hour(0));
    for (int i : new int[] {2, 11}) {
      Path file = directory.resolve("archive").resolve(stored.get(i).getObjectKey());
      byte[] bytes = Files.readAllBytes(file);
      Files.write(file, Arrays.copyOf(bytes, bytes.length - 5));
    }

    SetIndex loaded = index.load(RS0);

    assertThat(loaded.segments()).hasSize(10);
    assertThat(loaded.defects())
        .allSatisfy(d -> assertThat(d.kind()).isEqualTo(DefectKind.SEGMENT_SIZE))
        .extracting(Defect::where)
        .containsExactlyInAnyOrder(stored.get(2).getObjectKey(), stored.get(11).getObjectKey());
  }

  @Test
  void shouldReadTheHeadersWhenARollupIsDamaged() throws IOException {
    keeper.rollUpFinishedHours(RS0, hour(0));
    Path file = directory.resolve("archive").resolve(keys.rollup(RS0, hour(1)));
    byte[] good = Files.readAllBytes(file);
    for (int i = 0; i < good.length; i += 41) {
      byte[] bad = good.clone();
      bad[i] ^= (byte) (1 << i % 8);
      Files.write(file, bad);

      SetIndex loaded = index.load(RS0);

      assertThat(entries(loaded)).isEqualTo(expected());
      assertThat(loaded.defects())
          .as("byte %d", i)
          .extracting(Defect::kind)
          .containsExactly(DefectKind.INDEX_CORRUPT);
    }
  }

  @Test
  void shouldNameARollupUnderAnotherHour() {
    keeper.rollUpFinishedHours(RS0, hour(0));
    store.put(
        keys.rollup(RS0, hour(1)),
        ObjectContent.of(store.read(keys.rollup(RS0, hour(0)))),
        PutCondition.always());

    assertThat(index.load(RS0).defects())
        .extracting(Defect::kind)
        .containsExactly(DefectKind.INDEX_CORRUPT);
  }

  @Test
  void shouldPassOverWhatATombstoneNames() {
    bury(stored.get(0));

    assertThat(index.load(RS0).segments()).hasSize(11);
    assertThat(keeper.rollUp(RS0, hour(0)).entries()).hasSize(3);
    store.delete(stored.get(0).getObjectKey());
    assertThat(index.load(RS0).defects()).isEmpty();
  }

  private void bury(SegmentIndexEntry segment) {
    Tombstone tombstone = new Tombstone(Instant.EPOCH, "replaced", List.of(segment.getObjectKey()));
    String key = keys.tombstone(RS0, hour(0), tombstone.digest());
    store.put(key, ObjectContent.of(tombstone.encode(key)), PutCondition.always());
  }

  @Test
  void shouldAskForTheClusterWhenThereAreSeveral() {
    assertThat(ArchiveIndex.cluster(store, Optional.empty()).cluster()).isEqualTo("shop");
    store.put(
        "other/snapshots/x/manifest.json", ObjectContent.of(new byte[1]), PutCondition.always());

    assertThat(ArchiveIndex.cluster(store, Optional.of("other")).cluster()).isEqualTo("other");
    for (Optional<String> name : List.of(Optional.<String>empty(), Optional.of("shop2"))) {
      assertThatExceptionOfType(ArchiveException.class)
          .isThrownBy(() -> ArchiveIndex.cluster(store, name))
          .satisfies(e -> assertThat(e.error()).isEqualTo(ArchiveError.ARCHIVE_CLUSTER_UNKNOWN))
          .withMessageContaining("other, shop");
    }
  }
}
