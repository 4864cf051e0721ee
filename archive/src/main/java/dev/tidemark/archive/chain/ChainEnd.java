package dev.tidemark.archive.chain;

import dev.tidemark.schemas.event.OplogEventView;

/**
 * What a chain ends with at the moment, and with it what continues it.
 *
 * @param last the entry or marker
 * @param beforeMarker what the marker names as its predecessor; null if it is an entry
 */
record ChainEnd(ChainPosition last, ChainPosition beforeMarker) {

  static ChainEnd entry(ChainPosition last) {
    return new ChainEnd(last, null);
  }

  static ChainEnd of(OplogEventView event) {
    return new ChainEnd(
        new ChainPosition(event.ts(), event.term()), event.isMarker() ? previous(event) : null);
  }

  /** Whether the event names this end, or what counts as the same, as its predecessor. */
  boolean isNamedBy(OplogEventView event) {
    ChainPosition previous = previous(event);
    if (beforeMarker == null) {
      return previous.equals(last);
    }
    // What comes first behind a marker may name no predecessor, the marker, or the marker's own.
    return previous.equals(ChainPosition.NONE)
        || previous.equals(last)
        || previous.equals(beforeMarker);
  }

  /** Whether the entry comes next. */
  boolean isContinuedBy(OplogEventView entry) {
    if (Long.compareUnsigned(entry.ts(), last.ts()) > 0) {
      return isNamedBy(entry);
    }
    // A marker says where entries begin and is not one of them: the entry that it announces comes
    // next, whichever predecessor that one names.
    return beforeMarker != null && entry.ts() == last.ts() && entry.term() == last.term();
  }

  /** Whether the gap marker says that what is lost begins here. */
  boolean isLeftBy(OplogEventView gap) {
    return isNamedBy(gap) && Long.compareUnsigned(gap.ts(), last.ts()) > 0;
  }

  private static ChainPosition previous(OplogEventView event) {
    return new ChainPosition(event.prevTs(), event.prevTerm());
  }
}
