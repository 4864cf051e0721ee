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
 * <p>A gap marker holds until an entry follows it. If another member of the set turns out to hold
 * the entries after all, the one that follows the last accepted entry comes next, before the
 * marker's optime: it takes the marker back ({@link Verdict#FOUND}). If less turns out to be lost,
 * another marker with the same predecessor takes the place of the first.
 *
 * <p>Not thread-safe.
 */
public final class Chain {

  private ChainEnd end;

  /** Where the chain ended before the gap marker that it ends with; null if it ends otherwise. */
  private ChainEnd beforeGap;

  private boolean broken;

  private Chain(ChainEnd end) {
    this.end = end;
  }

  /** A chain of which nothing was accepted: only a start marker fits. */
  public static Chain empty() {
    return new Chain(null);
  }

  /** A chain that goes on after an entry. */
  public static Chain after(ChainPosition last) {
    return new Chain(ChainEnd.entry(last));
  }

  /** Judges an event, and advances if it is {@link Verdict#NEXT} or {@link Verdict#FOUND}. */
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
    switch (verdict) {
      case NEXT, FOUND -> advance(event);
      case HEARTBEAT -> broken = false;
      case OUT_OF_CHAIN -> broken = true;
      case DUPLICATE, DIVERGENCE -> {
        // Neither repairs anything.
      }
    }
    return verdict;
  }

  private void advance(OplogEventView event) {
    if (!event.kind().equals(EventKinds.GAP)) {
      beforeGap = null;
    } else if (beforeGap == null) {
      beforeGap = end;
    }
    end = ChainEnd.of(event);
    broken = false;
  }

  private Verdict judgeEntry(OplogEventView event) {
    if (end == null) {
      return Verdict.OUT_OF_CHAIN;
    }
    if (end.isContinuedBy(event)) {
      return Verdict.NEXT;
    }
    if (beforeGap != null
        && compare(event.ts(), end.last().ts()) < 0
        && beforeGap.isContinuedBy(event)) {
      return Verdict.FOUND;
    }
    if (event.ts() == end.last().ts() && event.term() != end.last().term()) {
      return Verdict.DIVERGENCE;
    }
    return compare(event.ts(), end.last().ts()) <= 0 ? Verdict.DUPLICATE : Verdict.OUT_OF_CHAIN;
  }

  private Verdict judgeHeartbeat(OplogEventView event) {
    if (end == null) {
      return Verdict.OUT_OF_CHAIN;
    }
    if (end.isNamedBy(event)) {
      return compare(event.ts(), end.last().ts()) >= 0 ? Verdict.HEARTBEAT : Verdict.DUPLICATE;
    }
    return compare(event.prevTs(), end.last().ts()) < 0 ? Verdict.DUPLICATE : Verdict.OUT_OF_CHAIN;
  }

  private Verdict judgeGap(OplogEventView event) {
    if (end == null) {
      return Verdict.OUT_OF_CHAIN;
    }
    if (beforeGap != null && event.ts() != end.last().ts() && beforeGap.isLeftBy(event)) {
      return Verdict.NEXT;
    }
    if (compare(event.ts(), end.last().ts()) <= 0) {
      return Verdict.DUPLICATE;
    }
    if (end.isNamedBy(event)) {
      return Verdict.NEXT;
    }
    // A marker that was taken back, read once more.
    return compare(event.prevTs(), end.last().ts()) < 0 ? Verdict.DUPLICATE : Verdict.OUT_OF_CHAIN;
  }

  private Verdict judgeStart(OplogEventView event) {
    if (end == null) {
      return Verdict.NEXT;
    }
    return compare(event.ts(), end.last().ts()) <= 0 ? Verdict.DUPLICATE : Verdict.OUT_OF_CHAIN;
  }

  private static int compare(long ts, long otherTs) {
    return Long.compareUnsigned(ts, otherTs);
  }

  /** The last accepted entry or marker; {@link ChainPosition#NONE} if there is none. */
  public ChainPosition last() {
    return end == null ? ChainPosition.NONE : end.last();
  }

  /** Whether something was accepted. */
  public boolean isStarted() {
    return end != null;
  }

  /** Whether the latest judged event did not fit, so that entries are missing. */
  public boolean isBroken() {
    return broken;
  }
}
