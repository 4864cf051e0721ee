package dev.tidemark.archive.key;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemark.oplog.optime.Optime;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class ObjectKeysTest {

  private static final ReplicaSetRef RS0 = new ReplicaSetRef("rs0", "65a9f2b1c0ffee0000000001");
  private final ObjectKeys keys = new ObjectKeys("shop");

  @Test
  void shouldNameSegmentByFirstOptimeInTheFolderOfItsHour() {
    Optime first = Optime.of(Instant.parse("2026-11-22T13:59:59Z").getEpochSecond(), 7);

    String key = keys.segment(RS0, first);

    assertThat(key)
        .isEqualTo(
            "shop/oplog/rs0-65a9f2b1c0ffee0000000001/2026/11/22/13/"
                + String.format("%016x", first.value())
                + ".avro");
    assertThat(SegmentKey.parse(key))
        .hasValueSatisfying(
            parsed -> {
              assertThat(parsed.set()).isEqualTo(RS0);
              assertThat(parsed.first()).isEqualTo(first);
              assertThat(parsed.isCompacted()).isFalse();
              assertThat(parsed.hour().name()).isEqualTo("2026-11-22T13");
            });
  }

  @Test
  void shouldTellCompactedSegmentsByTheirLastOptime() {
    String key = keys.compactedSegment(RS0, Optime.of(7200, 1), Optime.of(7300, 9));

    assertThat(SegmentKey.parse(key))
        .hasValueSatisfying(
            parsed -> assertThat(parsed.compactedTo()).contains(Optime.of(7300, 9)));
  }

  @Test
  void shouldSortKeysLikeOptimesWhenSecondsPassTheSignBit() {
    Optime before = Optime.of(0x7FFF_FFFFL, 1);
    Optime after = Optime.of(0x8000_0000L, 1);

    assertThat(keys.segment(RS0, before)).isLessThan(keys.segment(RS0, after));
    assertThat(SegmentKey.parse(keys.segment(RS0, after)).orElseThrow().first()).isEqualTo(after);
  }

  @Test
  void shouldIgnoreTemporaryFilesOfAStore() {
    assertThat(
            SegmentKey.parse(
                keys.segment(RS0, Optime.of(7200, 1)) + "-0b2ff3a6-6d0b-4ed0-a4c5-19eea7ef3b11"))
        .isEmpty();
  }

  @Test
  void shouldKeepSetNamesApartWhenTheyNeedEncoding() {
    ReplicaSetRef odd = new ReplicaSetRef("a/b+c d-ü", RS0.setId());

    assertThat(odd.folder()).doesNotContain("/", " ", "+").endsWith("-" + RS0.setId());
    assertThat(ReplicaSetRef.parseFolder(odd.folder())).contains(odd);
  }

  @Test
  void shouldReadHoursOfRollupsAndTombstonesBack() {
    OptimeHour hour = OptimeHour.of(Instant.parse("2026-11-22T13:30:00Z"));

    assertThat(keys.parseRollup(RS0, keys.rollup(RS0, hour))).contains(hour);
    assertThat(keys.parseTombstone(RS0, keys.tombstone(RS0, hour, "9f86d081884c7d65")))
        .contains(hour);
    assertThat(keys.parseTombstone(RS0, keys.removedSpans(RS0))).isEmpty();
    assertThat(keys.parseRollup(RS0, keys.rollupPrefix(RS0) + "notes.txt")).isEmpty();
  }

  @Test
  void shouldRefuseNamesThatWouldLeaveTheirFolder() {
    assertThatThrownBy(() -> new ObjectKeys("../other"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> keys.manifest("a/b")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> keys.pin("")).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void shouldTellWhatWasBackedUpFromWhatSaysWhatThereIs() {
    assertThat(
            List.of(
                "shop/oplog/rs0-65a9/2026/11/22/13/65a9f2b100000007.avro",
                "shop/snapshots/s1/rs0/shop/orders.bson.gz",
                "shop/snapshots/s1/rs0/shop/manifest.json"))
        .allMatch(ObjectKeys::holdsData);
    assertThat(
            List.of(
                "shop/snapshots/s1/manifest.json",
                "shop/index/rs0-65a9/2026-11-22T13.avro",
                "shop/probe/first-put-wins",
                "encryption.marker"))
        .noneMatch(ObjectKeys::holdsData);
  }
}
