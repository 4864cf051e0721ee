package dev.tidemark.tailer.position;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.oplog.optime.Optime;
import dev.tidemark.tailer.error.TailerError;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.connect.errors.ConnectException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SourceOffsetTest {

  private static final SourceOffset OFFSET =
      new SourceOffset(Optime.of(1705654321, 7), 4, -1L, 3, SourceOffset.State.GAP);
  private static final Map<String, ?> PARTITION =
      new SourcePartition("rs0", "65aa0f0e6f2b4c0d9e8f7a61").toMap();

  @Test
  void shouldKeepItsStoredForm() {
    // A golden value: stored offsets of earlier releases must stay readable.
    assertThat(OFFSET.toMap())
        .isEqualTo(
            Map.of(
                "optime",
                "1705654321:7",
                "term",
                4L,
                "hash",
                "ffffffffffffffff",
                "partition",
                3L,
                "state",
                "GAP"));
    assertThat(SourceOffset.of(OFFSET.toMap())).isEqualTo(OFFSET);
  }

  @Test
  void shouldMakeTheSameStoredFormLazily() {
    assertThat(new LazyOffset(OFFSET)).isEqualTo(OFFSET.toMap());
    assertThat(new LazyOffset(Optime.of(9, 1).value(), 2, 5, 0).offset())
        .isEqualTo(new SourceOffset(Optime.of(9, 1), 2, 5L, 0, SourceOffset.State.ENTRY));
  }

  @Test
  void shouldAcceptWhatAnOperatorSetsByHand() {
    assertThat(SourceOffset.of(Map.of("optime", "9:1", "term", 2, "partition", 0)))
        .isEqualTo(new SourceOffset(Optime.of(9, 1), 2, null, 0, SourceOffset.State.ENTRY));
  }

  @ParameterizedTest
  @CsvSource({
    "optime,17",
    "optime,7:a",
    "term,x",
    "hash,xyz",
    "partition,-",
    "state,LOST",
    "unknown,1"
  })
  void shouldRefuseAChangeThatCannotBeUsedLater(String key, String value) {
    Map<String, Object> changed = new HashMap<>(OFFSET.toMap());
    changed.put(key, value);

    assertThatThrownBy(() -> OffsetChange.check(Map.of(PARTITION, changed)))
        .isInstanceOf(ConnectException.class)
        .hasMessageContaining(key)
        .hasMessageContaining("1705654321:7");
  }

  @Test
  void shouldRefuseAPartitionBelowZeroAndAMissingTerm() {
    Map<String, Object> changed = new HashMap<>(OFFSET.toMap());
    changed.put("partition", -1L);

    assertThatThrownBy(() -> OffsetChange.check(Map.of(PARTITION, changed)))
        .isInstanceOf(ConnectException.class)
        .hasMessageContaining("'partition' must be 0 or more");

    changed.put("partition", 3L);
    changed.remove("term");
    assertThatThrownBy(() -> OffsetChange.check(Map.of(PARTITION, changed)))
        .isInstanceOf(ConnectException.class)
        .hasMessageContaining("'term' must be a whole number");
  }

  @Test
  void shouldAcceptAReset() {
    Map<Map<String, ?>, Map<String, ?>> reset = new HashMap<>();
    reset.put(PARTITION, null);

    OffsetChange.check(reset);
    OffsetChange.check(Map.of(PARTITION, OFFSET.toMap()));
  }

  @Test
  void shouldIdentifyASetByOneKeyBecauseConnectComparesBytes() {
    assertThat(PARTITION).isEqualTo(Map.of("setId", "65aa0f0e6f2b4c0d9e8f7a61"));
  }

  @Test
  void shouldRefuseAPartitionOfAnotherConnector() {
    assertThatThrownBy(() -> OffsetChange.check(Map.of(Map.of("filename", "x"), OFFSET.toMap())))
        .isInstanceOf(ConnectException.class)
        .hasMessageContaining("setId");
  }

  @Test
  void shouldGiveACodeWhenAStoredOffsetIsBroken() {
    assertThatThrownBy(() -> SourceOffset.of(Map.of("optime", 7)))
        .isInstanceOfSatisfying(
            TidemarkException.class,
            e -> assertThat(e.code()).isEqualTo(TailerError.TAILER_OFFSET_INVALID));
  }
}
