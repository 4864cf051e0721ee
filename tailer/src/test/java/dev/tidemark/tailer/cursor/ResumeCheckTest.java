package dev.tidemark.tailer.cursor;

import static dev.tidemark.tailer.cursor.ResumeCheck.Verdict.BEHIND;
import static dev.tidemark.tailer.cursor.ResumeCheck.Verdict.DIVERGED;
import static dev.tidemark.tailer.cursor.ResumeCheck.Verdict.GAP;
import static dev.tidemark.tailer.cursor.ResumeCheck.Verdict.RESUMED;
import static dev.tidemark.tailer.cursor.ResumeCheck.Verdict.UNDECIDED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.oplog.optime.Optime;
import dev.tidemark.tailer.position.SourceOffset;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ResumeCheckTest {

  private static final SourceOffset POSITION =
      new SourceOffset(Optime.of(100, 1), 3, 77L, 0, SourceOffset.State.ENTRY);

  private static Optional<EntryIdentity> entry(long seconds, long term, long hash) {
    return Optional.of(new EntryIdentity(Optime.of(seconds, 1), term, hash));
  }

  private static ResumeCheck.Verdict judge(
      Optional<EntryIdentity> first, long oldestBefore, long oldestAfter) {
    return ResumeCheck.judge(
        POSITION, first, Optime.of(oldestBefore, 1), Optime.of(oldestAfter, 1));
  }

  @Test
  void shouldResumeWhenTheFirstEntryIsTheVerySame() {
    assertThat(judge(entry(100, 3, 77), 50, 50)).isEqualTo(RESUMED);
    assertThat(judge(entry(100, 3, 77), 100, 100)).isEqualTo(RESUMED);
  }

  @Test
  void shouldResumeWithoutAHashWhenAnOperatorSetThePosition() {
    SourceOffset byHand = new SourceOffset(Optime.of(100, 1), 3, null, 0, SourceOffset.State.ENTRY);

    assertThat(ResumeCheck.judge(byHand, entry(100, 3, 5), Optime.of(1, 1), Optime.of(1, 1)))
        .isEqualTo(RESUMED);
    assertThat(ResumeCheck.judge(byHand, entry(100, 4, 5), Optime.of(1, 1), Optime.of(1, 1)))
        .isEqualTo(DIVERGED);
  }

  @Test
  void shouldSeeDivergenceWhenTermOrBytesDiffer() {
    assertThat(judge(entry(100, 4, 77), 50, 50)).isEqualTo(DIVERGED);
    assertThat(judge(entry(100, 3, 78), 50, 50)).isEqualTo(DIVERGED);
  }

  @Test
  void shouldSeeDivergenceWhenTheOplogReachesBackButLacksTheEntry() {
    assertThat(judge(entry(101, 3, 1), 50, 50)).isEqualTo(DIVERGED);
  }

  @Test
  void shouldSeeAGapWhenTheOplogBeganLaterBeforeTheQuery() {
    assertThat(judge(entry(150, 3, 1), 150, 150)).isEqualTo(GAP);
  }

  @Test
  void shouldNotDecideWhenTheOplogWasTruncatedDuringTheCheck() {
    assertThat(judge(entry(150, 3, 1), 50, 150)).isEqualTo(UNDECIDED);
  }

  @Test
  void shouldTakeAnEmptyAnswerForAMemberThatIsBehind() {
    assertThat(judge(Optional.empty(), 50, 50)).isEqualTo(BEHIND);
  }
}
