package dev.tidemark.tailer.event;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.oplog.optime.Optime;
import dev.tidemark.tailer.position.SourceOffset;
import org.junit.jupiter.api.Test;

class AcknowledgedEntryTest {

  private static AcknowledgedEntry startedAt(SourceOffset.State state) {
    return new AcknowledgedEntry(new SourceOffset(Optime.of(1_700_000_000, 7), 3, null, 0, state));
  }

  @Test
  void shouldBeginWithWhatWasStored() {
    AcknowledgedEntry acknowledged = startedAt(SourceOffset.State.ENTRY);

    assertThat(acknowledged.optime()).isEqualTo(Optime.of(1_700_000_000, 7));
    assertThat(acknowledged.wall()).isEqualTo(1_700_000_000_000L);
  }

  @Test
  void shouldNotTakeAMarkerForTheEntryBehindIt() {
    assertThat(startedAt(SourceOffset.State.START).optime()).isEqualTo(Optime.ZERO);
  }

  @Test
  void shouldKnowNothingBeforeTheFirstStart() {
    assertThat(new AcknowledgedEntry(null).optime()).isEqualTo(Optime.ZERO);
  }
}
