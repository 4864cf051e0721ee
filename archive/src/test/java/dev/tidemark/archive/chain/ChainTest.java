package dev.tidemark.archive.chain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.schemas.event.EventKinds;
import dev.tidemark.schemas.event.OplogEventView;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class ChainTest {

  private static OplogEventView event(String kind, long ts, long term, long prevTs, long prevTerm) {
    return new OplogEventView(
        kind,
        "5f0000000000000000000001",
        "rs0",
        ts,
        term,
        prevTs,
        prevTerm,
        OplogEventView.NO_WALL,
        0,
        "",
        "",
        kind.equals(EventKinds.ENTRY) ? ByteBuffer.allocate(5) : null);
  }

  private static OplogEventView entry(long ts, long prevTs) {
    return event(EventKinds.ENTRY, ts, 1, prevTs, prevTs == 0 ? -1 : 1);
  }

  private static OplogEventView heartbeat(long ts, long prevTs) {
    return event(EventKinds.HEARTBEAT, ts, 1, prevTs, 1);
  }

  @Test
  void shouldAcceptEntriesThatFollowEachOther() {
    Chain chain = Chain.after(new ChainPosition(10, 1));

    assertThat(chain.next(entry(17, 10))).isEqualTo(Verdict.NEXT);
    assertThat(chain.next(entry(18, 17))).isEqualTo(Verdict.NEXT);
    assertThat(chain.last()).isEqualTo(new ChainPosition(18, 1));
  }

  @Test
  void shouldDropWhatItHasSeen() {
    Chain chain = Chain.after(new ChainPosition(18, 1));

    assertThat(chain.next(entry(17, 10))).isEqualTo(Verdict.DUPLICATE);
    assertThat(chain.next(entry(18, 17))).isEqualTo(Verdict.DUPLICATE);
    assertThat(chain.next(heartbeat(17, 17))).isEqualTo(Verdict.DUPLICATE);
    assertThat(chain.isBroken()).isFalse();
  }

  @Test
  void shouldReportALossUntilTheTailerIsRewound() {
    Chain chain = Chain.after(new ChainPosition(10, 1));

    assertThat(chain.next(entry(13, 12))).isEqualTo(Verdict.OUT_OF_CHAIN);
    assertThat(chain.next(entry(14, 13))).isEqualTo(Verdict.OUT_OF_CHAIN);
    assertThat(chain.next(heartbeat(15, 14))).isEqualTo(Verdict.OUT_OF_CHAIN);
    assertThat(chain.isBroken()).isTrue();

    assertThat(chain.next(entry(10, 9))).isEqualTo(Verdict.DUPLICATE);
    assertThat(chain.next(entry(12, 10))).isEqualTo(Verdict.NEXT);
    assertThat(chain.isBroken()).isFalse();
    assertThat(chain.next(entry(13, 12))).isEqualTo(Verdict.NEXT);
  }

  @Test
  void shouldSeeALossFromAHeartbeatAlone() {
    Chain chain = Chain.after(new ChainPosition(10, 1));

    assertThat(chain.next(heartbeat(20, 10))).isEqualTo(Verdict.HEARTBEAT);
    assertThat(chain.next(heartbeat(21, 15))).isEqualTo(Verdict.OUT_OF_CHAIN);
    assertThat(chain.isBroken()).isTrue();
  }

  @Test
  void shouldTellAnotherHistoryFromADuplicate() {
    Chain chain = Chain.after(new ChainPosition(10, 1));

    assertThat(chain.next(event(EventKinds.ENTRY, 10, 2, 9, 1))).isEqualTo(Verdict.DIVERGENCE);
    assertThat(chain.next(event(EventKinds.ENTRY, 11, 2, 10, 2))).isEqualTo(Verdict.OUT_OF_CHAIN);
  }

  @Test
  void shouldBeginOnlyWithAStartMarker() {
    Chain chain = Chain.empty();

    assertThat(chain.next(entry(17, 10))).isEqualTo(Verdict.OUT_OF_CHAIN);
    assertThat(chain.next(event(EventKinds.START, 20, 1, 0, -1))).isEqualTo(Verdict.NEXT);
    assertThat(chain.next(entry(20, 0))).isEqualTo(Verdict.NEXT);
    assertThat(chain.next(entry(21, 20))).isEqualTo(Verdict.NEXT);
    assertThat(chain.next(entry(21, 20))).isEqualTo(Verdict.DUPLICATE);
  }

  @Test
  void shouldAcceptAFirstEntryThatNamesTheMarkerAsItsPredecessor() {
    Chain chain = Chain.empty();

    assertThat(chain.next(event(EventKinds.START, 20, 1, 0, -1))).isEqualTo(Verdict.NEXT);
    assertThat(chain.next(entry(25, 20))).isEqualTo(Verdict.NEXT);
  }

  @Test
  void shouldNotStartTwice() {
    Chain chain = Chain.after(new ChainPosition(18, 1));

    assertThat(chain.next(event(EventKinds.START, 10, 1, 0, -1))).isEqualTo(Verdict.DUPLICATE);
    assertThat(chain.next(event(EventKinds.START, 20, 1, 0, -1))).isEqualTo(Verdict.OUT_OF_CHAIN);
  }

  @Test
  void shouldCrossAGapOnlyByItsMarker() {
    Chain chain = Chain.after(new ChainPosition(10, 1));

    assertThat(chain.next(event(EventKinds.GAP, 30, 2, 11, 1))).isEqualTo(Verdict.OUT_OF_CHAIN);
    assertThat(chain.next(event(EventKinds.GAP, 30, 2, 10, 1))).isEqualTo(Verdict.NEXT);
    assertThat(chain.next(event(EventKinds.ENTRY, 30, 2, 10, 1))).isEqualTo(Verdict.NEXT);
    assertThat(chain.next(event(EventKinds.ENTRY, 31, 2, 30, 2))).isEqualTo(Verdict.NEXT);
    assertThat(chain.next(event(EventKinds.GAP, 30, 2, 10, 1))).isEqualTo(Verdict.DUPLICATE);
  }

  @Test
  void shouldAcceptAnEntryWithoutPredecessorOnlyBehindAMarker() {
    Chain chain = Chain.after(new ChainPosition(10, 1));

    assertThat(chain.next(entry(30, 0))).isEqualTo(Verdict.OUT_OF_CHAIN);
    assertThat(chain.next(event(EventKinds.GAP, 30, 1, 10, 1))).isEqualTo(Verdict.NEXT);
    assertThat(chain.next(entry(30, 0))).isEqualTo(Verdict.NEXT);
    assertThat(chain.next(entry(40, 0))).isEqualTo(Verdict.OUT_OF_CHAIN);
  }

  private static OplogEventView gap(long ts, long prevTs) {
    return event(EventKinds.GAP, ts, 1, prevTs, prevTs == 0 ? -1 : 1);
  }

  @Test
  void shouldTakeAGapMarkerBackWhenTheLostEntriesAreFound() {
    Chain chain = Chain.after(new ChainPosition(10, 1));

    assertThat(chain.next(gap(30, 10))).isEqualTo(Verdict.NEXT);
    assertThat(chain.next(heartbeat(29, 10))).isEqualTo(Verdict.DUPLICATE);
    assertThat(chain.next(entry(20, 10))).isEqualTo(Verdict.FOUND);
    assertThat(chain.next(entry(30, 20))).isEqualTo(Verdict.NEXT);
    assertThat(chain.next(entry(31, 30))).isEqualTo(Verdict.NEXT);
    assertThat(chain.last()).isEqualTo(new ChainPosition(31, 1));
  }

  @Test
  void shouldKeepAGapOnceAnEntryFollowsItsMarker() {
    Chain chain = Chain.after(new ChainPosition(10, 1));

    assertThat(chain.next(gap(30, 10))).isEqualTo(Verdict.NEXT);
    assertThat(chain.next(entry(30, 0))).isEqualTo(Verdict.NEXT);
    assertThat(chain.next(entry(20, 10))).isEqualTo(Verdict.DUPLICATE);
  }

  @Test
  void shouldLetALaterGapMarkerSayHowMuchIsLost() {
    Chain chain = Chain.after(new ChainPosition(10, 1));

    assertThat(chain.next(gap(30, 10))).isEqualTo(Verdict.NEXT);
    assertThat(chain.next(gap(30, 10))).isEqualTo(Verdict.DUPLICATE);
    assertThat(chain.next(gap(40, 10))).isEqualTo(Verdict.NEXT);
    assertThat(chain.next(gap(20, 10))).isEqualTo(Verdict.NEXT);
    assertThat(chain.next(entry(20, 0))).isEqualTo(Verdict.NEXT);
    assertThat(chain.next(entry(30, 20))).isEqualTo(Verdict.NEXT);
  }

  @Test
  void shouldTakeBackEveryGapMarkerAtOnce() {
    Chain chain = Chain.after(new ChainPosition(10, 1));

    assertThat(chain.next(gap(30, 10))).isEqualTo(Verdict.NEXT);
    assertThat(chain.next(gap(40, 0))).isEqualTo(Verdict.NEXT);
    assertThat(chain.next(entry(11, 10))).isEqualTo(Verdict.FOUND);
  }

  @Test
  void shouldTakeAGapMarkerBackBehindAStartMarker() {
    Chain chain = Chain.empty();

    assertThat(chain.next(event(EventKinds.START, 20, 1, 0, -1))).isEqualTo(Verdict.NEXT);
    assertThat(chain.next(gap(30, 0))).isEqualTo(Verdict.NEXT);
    assertThat(chain.next(entry(20, 0))).isEqualTo(Verdict.FOUND);
    assertThat(chain.next(entry(30, 20))).isEqualTo(Verdict.NEXT);
  }

  @Test
  void shouldNotPassOverTheEntryThatAMarkerAnnounces() {
    Chain chain = Chain.after(new ChainPosition(10, 1));

    // Earlier tailers went on so where they found what they had declared lost.
    assertThat(chain.next(gap(30, 10))).isEqualTo(Verdict.NEXT);
    assertThat(chain.next(entry(20, 0))).isEqualTo(Verdict.DUPLICATE);
    assertThat(chain.next(entry(30, 20))).isEqualTo(Verdict.NEXT);
    assertThat(chain.next(entry(31, 30))).isEqualTo(Verdict.NEXT);
  }

  @Test
  void shouldPassOverAGapMarkerThatWasTakenBack() {
    Chain chain = Chain.after(new ChainPosition(20, 1));

    assertThat(chain.next(gap(30, 10))).isEqualTo(Verdict.DUPLICATE);
    assertThat(chain.isBroken()).isFalse();
    assertThat(chain.next(entry(30, 20))).isEqualTo(Verdict.NEXT);
  }

  @Test
  void shouldOrderOptimesUnsigned() {
    Chain chain = Chain.after(new ChainPosition(Long.MAX_VALUE, 1));

    assertThat(chain.next(event(EventKinds.ENTRY, Long.MIN_VALUE, 1, Long.MAX_VALUE, 1)))
        .isEqualTo(Verdict.NEXT);
  }

  @Test
  void shouldStopAtAKindItDoesNotKnow() {
    Chain chain = Chain.after(new ChainPosition(10, 1));

    assertThat(chain.next(event("EPOCH", 11, 1, 10, 1))).isEqualTo(Verdict.OUT_OF_CHAIN);
    assertThat(chain.next(entry(12, 10))).isEqualTo(Verdict.NEXT);
  }
}
