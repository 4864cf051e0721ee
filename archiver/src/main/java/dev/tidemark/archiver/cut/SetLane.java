package dev.tidemark.archiver.cut;

import dev.tidemark.archive.chain.Chain;
import dev.tidemark.archive.chain.ChainPosition;
import dev.tidemark.archive.chain.Verdict;
import dev.tidemark.archive.key.ReplicaSetRef;
import dev.tidemark.archive.segment.FinishedSegment;
import dev.tidemark.archiver.durable.DurableFrontier;
import dev.tidemark.archiver.error.ArchiverError;
import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.oplog.optime.Optime;
import dev.tidemark.schemas.archive.MarkerKind;
import dev.tidemark.schemas.archive.OplogMarker;
import dev.tidemark.schemas.event.EncodedEvent;
import dev.tidemark.schemas.event.EventKinds;
import dev.tidemark.schemas.event.OplogEventView;

/**
 * The events of one replica set, in the order of its chain, cut into segments.
 *
 * <p>Where a segment ends follows from the events alone. It ends before an event that was observed
 * a window later, whose optime lies in another hour, that was written with another schema, or that
 * is a marker; and behind the entry that fills it. Not thread-safe.
 */
public final class SetLane {

  private final ReplicaSetRef set;
  private final SegmentLimits limits;
  private final SegmentOpener opener;
  private final SegmentSink sink;
  private final DurableFrontier frontier;
  private final SetWatch watch;

  // Holders of the frontier, told apart by identity.
  private final Object stoppedHolder = new Object();
  private final Object heldHolder = new Object();

  private final Chain chain;
  private OpenSegment open;
  private PendingMarker pending;
  private boolean stopped;
  private boolean held;

  // A lane before this one may have told that the set stopped.
  private boolean toldThatItGoesOn;

  /**
   * A marker that will stand in the segment that begins behind it; holds the frontier.
   *
   * @param ifVoid the one that stands there if this one is taken back, or null
   */
  private record PendingMarker(OplogMarker marker, long offset, PendingMarker ifVoid) {
    boolean isGap() {
      return marker.getKind() == MarkerKind.GAP;
    }
  }

  public SetLane(
      ReplicaSetRef set,
      Chain chain,
      SegmentLimits limits,
      SegmentOpener opener,
      SegmentSink sink,
      DurableFrontier frontier,
      SetWatch watch) {
    this.set = set;
    this.chain = chain;
    this.limits = limits;
    this.opener = opener;
    this.sink = sink;
    this.frontier = frontier;
    this.watch = watch;
  }

  /** Takes the set's next event in the partition. */
  void accept(long offset, EncodedEvent event) {
    if (held) {
      return;
    }
    ChainPosition previous = chain.last();
    Verdict verdict = chain.next(event.view());
    switch (verdict) {
      case NEXT -> next(offset, event, previous);
      case FOUND -> found(offset, event);
      case HEARTBEAT -> heartbeat(event.view());
      case DUPLICATE -> {
        // Nothing to do: it is archived, or in the open segment.
      }
      case OUT_OF_CHAIN -> outOfChain(offset, event.view());
      case DIVERGENCE -> hold(offset, divergence(event.view()));
    }
  }

  private void next(long offset, EncodedEvent event, ChainPosition previous) {
    recover();
    OplogEventView view = event.view();
    if (view.isMarker()) {
      close();
      await(marker(view), offset);
    } else {
      append(offset, event, previous);
    }
    watch.accepted(set, chain.last(), view);
  }

  private void await(OplogMarker marker, long offset) {
    // A second gap marker takes the place of the first.
    PendingMarker replaced = pending != null && pending.isGap() ? pending : null;
    PendingMarker next =
        new PendingMarker(marker, offset, replaced == null ? pending : replaced.ifVoid);
    frontier.hold(next, offset);
    if (replaced != null) {
      frontier.release(replaced);
    }
    pending = next;
  }

  /** The entry follows what came before the gap marker, as if there had been none. */
  private void found(long offset, EncodedEvent event) {
    PendingMarker taken = pending;
    pending = taken.ifVoid;
    next(offset, event, new ChainPosition(event.view().prevTs(), event.view().prevTerm()));
    frontier.release(taken);
  }

  private void append(long offset, EncodedEvent event, ChainPosition previous) {
    if (open != null && open.endsBefore(event, limits)) {
      close();
    }
    if (open == null) {
      open = open(offset, event, previous);
    }
    open.append(offset, event);
    if (open.entryBytes() >= limits.maxBytes()) {
      close();
    } else {
      watch.open(set, open.anchor(), open.entryBytes());
    }
  }

  private OpenSegment open(long offset, EncodedEvent event, ChainPosition previous) {
    if (pending == null) {
      OpenSegment segment = opener.open(set, event, offset, previous, null);
      frontier.hold(segment, offset);
      return segment;
    }
    OpenSegment segment =
        opener.open(set, event, pending.offset, ChainPosition.NONE, pending.marker);
    frontier.hold(segment, pending.offset);
    for (PendingMarker marker = pending; marker != null; marker = marker.ifVoid) {
      frontier.release(marker);
    }
    pending = null;
    return segment;
  }

  private void heartbeat(OplogEventView view) {
    recover();
    if (open != null && limits.isOver(open.anchor(), view.observed())) {
      close();
    }
  }

  private void close() {
    if (open != null) {
      OpenSegment ended = open;
      // One that cannot be finished stays open, so that it is discarded with the lane.
      FinishedSegment segment = ended.finish();
      open = null;
      watch.closed(set);
      sink.accept(segment, ended);
    }
  }

  private void recover() {
    if (!toldThatItGoesOn) {
      toldThatItGoesOn = true;
      stopped = false;
      frontier.release(stoppedHolder);
      watch.recovered(set);
    }
  }

  private void outOfChain(long offset, OplogEventView view) {
    stop(
        offset,
        new TidemarkException(
            ArchiverError.ARCHIVER_CHAIN_BROKEN,
            "event %s follows %s, but the last accepted entry is %s"
                .formatted(
                    new Optime(view.ts()),
                    new ChainPosition(view.prevTs(), view.prevTerm()),
                    chain.isStarted() ? chain.last() : "none"),
            "replica set " + set + ", offset " + offset,
            chain.isStarted()
                ? "Rewind the tailer's offset to " + chain.last().optime()
                : "Rewind the tailer to where capture began"));
  }

  private void stop(long offset, TidemarkException reason) {
    if (!stopped) {
      stopped = true;
      toldThatItGoesOn = false;
      frontier.hold(stoppedHolder, offset);
      watch.stopped(set, reason);
    }
  }

  private TidemarkException divergence(OplogEventView view) {
    return new TidemarkException(
        ArchiverError.ARCHIVER_DIVERGENCE,
        "entry %s has term %d, the one accepted before has term %d"
            .formatted(new Optime(view.ts()), view.term(), chain.last().term()),
        "replica set " + set,
        "Take a new snapshot and start a new archive for this set");
  }

  /**
   * Stops the set until its partition is begun anew, whatever its next events say. Told also if it
   * had stopped already: this does not pass by itself.
   *
   * @param offset of the first event that is not archived
   */
  public void hold(long offset, TidemarkException reason) {
    if (!held) {
      held = true;
      stopped = true;
      frontier.hold(heldHolder, offset);
      watch.stopped(set, reason);
      discard();
    }
  }

  /** Whether entries are missing, or the set is held. */
  boolean isStopped() {
    return stopped;
  }

  /**
   * Whether nothing of this set was ever accepted, so that an earlier offset may hold its start.
   * Not of a held set: there is nothing that could help it.
   */
  boolean isUnknown() {
    return !held && !chain.isStarted();
  }

  /** Throws away what is open; the topic still has it. */
  void discard() {
    if (open != null) {
      open.discard();
      frontier.release(open);
      open = null;
      watch.closed(set);
    }
  }

  private static OplogMarker marker(OplogEventView view) {
    boolean gap = view.kind().equals(EventKinds.GAP);
    return OplogMarker.newBuilder()
        .setKind(gap ? MarkerKind.GAP : MarkerKind.START)
        .setTs(view.ts())
        .setLostAfterTs(gap ? view.prevTs() : 0)
        .build();
  }
}
