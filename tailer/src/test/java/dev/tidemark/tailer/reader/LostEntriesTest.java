package dev.tidemark.tailer.reader;

import static dev.tidemark.tailer.stack.SimulatedMembers.entry;
import static dev.tidemark.tailer.stack.SimulatedMembers.optime;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.embedded.stack.Ports;
import dev.tidemark.oplog.bson.BsonSlice;
import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.oplog.optime.Optime;
import dev.tidemark.tailer.config.MemberPreference;
import dev.tidemark.tailer.cursor.EntryIdentity;
import dev.tidemark.tailer.error.TailerError;
import dev.tidemark.tailer.position.SourceOffset;
import dev.tidemark.tailer.position.SourceOffset.State;
import dev.tidemark.tailer.reader.ReaderRig.Beginning;
import dev.tidemark.tailer.reader.ReaderRig.Event;
import dev.tidemark.tailer.stack.SimulatedMembers;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A secondary whose oplog begins later than the primary's, as after a resynchronisation. */
class LostEntriesTest {

  private static final Duration NEVER_TOO_OLD = Duration.ofDays(20_000);

  @TempDir private Path directory;

  private SimulatedMembers set;

  private void start(String... down) throws IOException {
    set = new SimulatedMembers(directory, down);
    set.append(1, 10);
  }

  @AfterEach
  void close() {
    set.close();
  }

  private ReaderRig read(Beginning beginning) {
    return new ReaderRig(set.secondary(), beginning, NEVER_TOO_OLD);
  }

  private static SourceOffset position(int number, State state) {
    EntryIdentity entry = EntryIdentity.of(BsonSlice.of(entry(number)));
    return new SourceOffset(entry.optime(), entry.term(), entry.hash(), 0, state);
  }

  private static Event published(int number) {
    return new Event("ENTRY", optime(number), number == 0 ? Optime.ZERO : optime(number - 1));
  }

  @Test
  void shouldReadTheMemberThatStillHoldsThePositionThoughItIsNotPreferred() throws Exception {
    start();
    set.secondary().faults().rollOver(optime(5).value());

    for (MemberPreference preference :
        new MemberPreference[] {MemberPreference.SECONDARY_PREFERRED, MemberPreference.SECONDARY}) {
      try (ReaderRig rig =
          read(Beginning.at(position(2, State.ENTRY)).preferring(preference).continuing())) {
        assertThat(rig.awaitEntry(optime(9))).startsWith(published(3), published(4)).hasSize(7);
      }
    }
  }

  @Test
  void shouldDeclareLostOnlyWhatNoMemberHasAndNameThoseThatCannotSay() throws Exception {
    String down = "127.0.0.1:" + Ports.free("member that is down");
    start(down);
    set.primary().faults().rollOver(optime(4).value());
    set.secondary().faults().rollOver(optime(6).value());

    try (ReaderRig rig = read(Beginning.at(position(2, State.ENTRY)))) {
      TidemarkException failure = rig.awaitFailure();

      assertThat(failure.code()).isEqualTo(TailerError.TAILER_OPLOG_GAP);
      assertThat(failure.getMessage())
          .contains(optime(2).toString(), optime(5).toString(), "begins at " + optime(7))
          .contains(down + " cannot say");
      assertThat(rig.events()).containsExactly(new Event("GAP", optime(5), optime(2)));
    }
  }

  @Test
  void shouldContinueBehindAGapWithTheMemberThatLostLeast() throws Exception {
    start();
    set.primary().faults().rollOver(optime(4).value());
    set.secondary().faults().rollOver(optime(6).value());

    try (ReaderRig rig = read(Beginning.at(position(2, State.GAP)).continuing())) {
      assertThat(rig.awaitEntry(optime(9)))
          .startsWith(
              new Event("GAP", optime(5), optime(2)),
              new Event("ENTRY", optime(5), Optime.ZERO),
              published(6));
    }
  }

  @Test
  void shouldFollowTheEntryBeforeAGapMarkerWhenTheLostOnesAreFound() throws Exception {
    start();
    try (ReaderRig rig = read(Beginning.at(position(2, State.GAP)))) {
      assertThat(rig.awaitEntry(optime(9))).startsWith(published(3), published(4)).hasSize(7);
    }
  }

  @Test
  void shouldBeginAtTheOldestEntryOfAnyMember() throws Exception {
    start();
    set.secondary().faults().rollOver(optime(5).value());

    try (ReaderRig rig = read(Beginning.from(Optime.ZERO))) {
      assertThat(rig.awaitEntry(optime(9)))
          .startsWith(new Event("START", optime(0), Optime.ZERO), published(0), published(1));
    }
  }

  @Test
  void shouldBeginAtAnOptimeThatOneMemberStillHas() throws Exception {
    start();
    set.secondary().faults().rollOver(optime(5).value());

    try (ReaderRig rig = read(Beginning.from(optime(3)))) {
      assertThat(rig.awaitEntry(optime(9)))
          .startsWith(
              new Event("START", optime(3), Optime.ZERO),
              new Event("ENTRY", optime(3), Optime.ZERO),
              published(4));
    }
  }

  @Test
  void shouldRefuseAnOptimeThatNoMemberHas() throws Exception {
    String down = "127.0.0.1:" + Ports.free("member that is down");
    start(down);
    set.primary().faults().rollOver(optime(4).value());
    set.secondary().faults().rollOver(optime(6).value());

    try (ReaderRig rig = read(Beginning.from(optime(3)))) {
      TidemarkException failure = rig.awaitFailure();

      assertThat(failure.code()).isEqualTo(TailerError.TAILER_START_GONE);
      assertThat(failure.getMessage()).contains(optime(5).toString(), down + " cannot say");
    }
  }
}
