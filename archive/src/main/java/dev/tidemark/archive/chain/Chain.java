package dev.tidemark.archive.chain;

import dev.tidemark.schemas.event.EventKinds;
import dev.tidemark.schemas.event.OplogEventView;

/**
 * The chain rule, the same wherever events of a replica set are read.
 *
 * <p>Optimes are not consecutive, so only the predecessor that each event names shows a loss. An
 * event is accepted iff its predecessor is the last accepted entry; what was accepted before is
 * dropped; anything else is out of chain and changes nothing, and reading goes on until an event
 * fits again: rewinding the tailer repairs. A gap marker fits like an entry and says that entries
 * before its optime are lost; a start marker fits where nothing was accepted yet.
 *
 * <p>Not thread-safe.
 */
public final class Chain {

  private ChainPosition last;
  private ChainPosition beforeMarker;
  private boolean started;
  private boolean broken;

  private Chain(ChainPosition last, boolean started) {
    this.last = last;
    this.started = started;
  }

  /** A chain of which nothing was accepted: only a start marker fits. */
  public static Chain empty() {
    return new Chain(ChainPosition.NONE, false);
  }

  /** A chain that goes on after an entry. */
  public static Chain after(ChainPosition last) {
    return new Chain(last, true);
  }

  /** Judges an event, and advances if it is {@link Verdict#NEXT}. */
  public Verdict next(OplogEventView event) {
    Verdict verdict =
        switch (event.kind()) {
          case EventKinds.ENTRY -> judgeEntry(event);
          case EventKinds.HEARTBEAT -> judgeHeartbeat(event);
          case EventKinds.GAP -> judgeGap(event);
          case EventKinds.START -> judgeStart(event);
          // A kind of a later version: what it means for the chain is unknown.
          default -> Verdict.OUT_OF_CHAIN;
        };
    if (verdict == Verdict.NEXT) {
      beforeMarker = event.isMarker() ? previous(event) : null;
      last = new ChainPosition(event.ts(), event.term());
      started = true;
    }
    if (verdict == Verdict.NEXT || verdict == Verdict.HEARTBEAT) {
      broken = false;
    } else if (verdict == Verdict.OUT_OF_CHAIN) {
      broken = true;
    }
    return verdict;
  }

  private Verdict judgeEntry(OplogEventView event) {
    if (!started) {
      return Verdict.OUT_OF_CHAIN;
    }
    // The first entry behind a marker may have the marker's own optime: the marker says where
    // entries begin, it is not one of them.
    if (beforeMarker != null && fits(event) && compare(event.ts(), last.ts()) >= 0) {
      return Verdict.NEXT;
    }
    if (event.ts() == last.ts() && event.term() != last.term()) {
      return Verdict.DIVERGENCE;
    }
    if (compare(event.ts(), last.ts()) <= 0) {
      return Verdict.DUPLICATE;
    }
    return fits(event) ? Verdict.NEXT : Verdict.OUT_OF_CHAIN;
  }

  private Verdict judgeHeartbeat(OplogEventView event) {
    if (started && fits(event)) {
      return compare(event.ts(), last.ts()) >= 0 ? Verdict.HEARTBEAT : Verdict.DUPLICATE;
    }
    return started && compare(event.prevTs(), last.ts()) < 0
        ? Verdict.DUPLICATE
        : Verdict.OUT_OF_CHAIN;
  }

  private Verdict judgeGap(OplogEventView event) {
    if (started && compare(event.ts(), last.ts()) <= 0) {
      return Verdict.DUPLICATE;
    }
    return started && fits(event) ? Verdict.NEXT : Verdict.OUT_OF_CHAIN;
  }

  private Verdict judgeStart(OplogEventView event) {
    if (!started) {
      return Verdict.NEXT;
    }
    return compare(event.ts(), last.ts()) <= 0 ? Verdict.DUPLICATE : Verdict.OUT_OF_CHAIN;
  }

  private boolean fits(OplogEventView event) {
    if (beforeMarker == null) {
      return event.prevTs() == last.ts() && event.prevTerm() == last.term();
    }
    ChainPosition previous = previous(event);
    // What comes first behind a marker may name no predecessor, the marker, or the marker's own.
    return previous.equals(ChainPosition.NONE)
        || previous.equals(last)
        || previous.equals(beforeMarker);
  }

  private static ChainPosition previous(OplogEventView event) {
    return new ChainPosition(event.prevTs(), event.prevTerm());
  }

  private static int compare(long ts, long otherTs) {
    return Long.compareUnsigned(ts, otherTs);
  }

  /** The last accepted entry or marker; {@link ChainPosition#NONE} if there is none. */
  public ChainPosition last() {
    return last;
  }

  /** Whether something was accepted. */
  public boolean isStarted() {
    return started;
  }

  /** Whether the latest judged event did not fit, so that entries are missing. */
  public boolean isBroken() {
    return broken;
  }
}
