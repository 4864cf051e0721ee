package dev.tidemark.archiver.cut;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.archive.chain.Chain;
import dev.tidemark.archive.chain.ChainPosition;
import dev.tidemark.archive.key.ObjectKeys;
import dev.tidemark.archive.key.ReplicaSetRef;
import dev.tidemark.archive.segment.FinishedSegment;
import dev.tidemark.archive.segment.SegmentFormat;
import dev.tidemark.archiver.durable.DurableFrontier;
import dev.tidemark.schemas.archive.MarkerKind;
import dev.tidemark.schemas.archive.SegmentIndexEntry;
import dev.tidemark.schemas.event.EncodedEvent;
import dev.tidemark.schemas.event.EventKinds;
import dev.tidemark.schemas.event.OplogEvent;
import dev.tidemark.schemas.event.OplogEventDecoder;
import dev.tidemark.schemas.event.OplogEventEncoder;
import dev.tidemark.schemas.event.OplogEventHead;
import dev.tidemark.schemas.event.OplogEventView;
import dev.tidemark.schemas.registry.WireFormat;
import dev.tidemark.schemas.serde.TrustedRecords;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SetLaneTest {

  private static final ReplicaSetRef SET = new ReplicaSetRef("rs0", "5f00000000000000000000aa");
  private static final long WINDOW = 15_000;

  @TempDir private Path spool;

  private final DurableFrontier frontier = new DurableFrontier();
  private final List<SegmentIndexEntry> segments = new ArrayList<>();
  private final OplogEventEncoder encoder = new OplogEventEncoder(SET.setId(), SET.name());
  private final OplogEventDecoder decoder = new OplogEventDecoder(OplogEvent.getClassSchema());
  private long offset;

  @BeforeEach
  void trust() {
    TrustedRecords.trust();
  }

  private SetLane lane(Chain chain) {
    return new SetLane(
        SET,
        chain,
        new SegmentLimits(Duration.ofMillis(WINDOW), 1 << 20),
        new SegmentOpener(
            new ObjectKeys("shop"),
            spool,
            SegmentFormat.defaults(),
            "topic-id",
            0,
            new AtomicLong()),
        this::stored,
        frontier,
        new Unwatched());
  }

  private void stored(FinishedSegment segment, Object holder) {
    segments.add(segment.entry());
    segment.close();
    frontier.release(holder);
  }

  private void accept(SetLane lane, String kind, long ts, long prevTs, long observed) {
    byte[] raw = {5, 0, 0, 0, 0};
    boolean entry = kind.equals(EventKinds.ENTRY);
    OplogEventHead head =
        new OplogEventHead(
            kind,
            ts,
            1,
            prevTs,
            prevTs == 0 ? -1 : 1,
            OplogEventView.NO_WALL,
            observed,
            entry ? "i" : "",
            entry ? "shop.orders" : "",
            null,
            null,
            0);
    byte[] event = entry ? encoder.entry(head, raw, 0, raw.length) : encoder.marker(head);
    ByteBuffer datum =
        ByteBuffer.wrap(event, WireFormat.HEADER_BYTES, event.length - WireFormat.HEADER_BYTES)
            .slice();
    lane.accept(
        offset, new EncodedEvent(OplogEvent.getClassSchema(), datum, decoder.decode(datum)));
    frontier.advance(++offset);
  }

  @Test
  void shouldGoOnAsWithoutAGapMarkerThatIsTakenBack() {
    SetLane lane = lane(Chain.after(new ChainPosition(9, 1)));

    accept(lane, EventKinds.ENTRY, 10, 9, 0);
    accept(lane, EventKinds.GAP, 30, 10, 0);
    assertThat(frontier.offset()).hasValue(1);
    accept(lane, EventKinds.ENTRY, 20, 10, 0);
    accept(lane, EventKinds.ENTRY, 30, 20, 0);
    accept(lane, EventKinds.HEARTBEAT, 31, 30, WINDOW);

    assertThat(segments).extracting(SegmentIndexEntry::getEntryCount).containsExactly(1L, 2L);
    SegmentIndexEntry found = segments.get(1);
    assertThat(found.getStartsWith()).isNull();
    assertThat(found.getPrevTs()).isEqualTo(10);
    assertThat(found.getPrevTerm()).isEqualTo(1);
    assertThat(found.getFirstOffset()).isEqualTo(2);
    assertThat(lane.isStopped()).isFalse();
    assertThat(frontier.offset()).hasValue(5);
  }

  @Test
  void shouldBeginWithTheStartMarkerBehindWhichAGapMarkerIsTakenBack() {
    SetLane lane = lane(Chain.empty());

    accept(lane, EventKinds.START, 10, 0, 0);
    accept(lane, EventKinds.GAP, 30, 0, 0);
    accept(lane, EventKinds.ENTRY, 10, 0, 0);
    accept(lane, EventKinds.HEARTBEAT, 31, 10, WINDOW);

    assertThat(segments).hasSize(1);
    assertThat(segments.get(0).getStartsWith().getKind()).isEqualTo(MarkerKind.START);
    assertThat(segments.get(0).getFirstOffset()).isZero();
    assertThat(frontier.offset()).hasValue(4);
  }

  @Test
  void shouldBeginBehindAGapWithTheLastOfItsMarkers() {
    SetLane lane = lane(Chain.after(new ChainPosition(10, 1)));

    accept(lane, EventKinds.GAP, 30, 10, 0);
    accept(lane, EventKinds.GAP, 25, 10, 0);
    accept(lane, EventKinds.ENTRY, 25, 0, 0);
    accept(lane, EventKinds.HEARTBEAT, 31, 25, WINDOW);

    assertThat(segments).hasSize(1);
    SegmentIndexEntry behind = segments.get(0);
    assertThat(behind.getStartsWith().getKind()).isEqualTo(MarkerKind.GAP);
    assertThat(behind.getStartsWith().getTs()).isEqualTo(25);
    assertThat(behind.getStartsWith().getLostAfterTs()).isEqualTo(10);
    assertThat(behind.getFirstOffset()).isEqualTo(1);
    assertThat(frontier.offset()).hasValue(4);
  }
}
