package dev.tidemark.tailer.event;

import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.oplog.optime.Optime;
import dev.tidemark.tailer.error.TailerError;
import dev.tidemark.tailer.position.SourceOffset;

/**
 * The chain of one set's events: each names the entry before it, so that readers see a loss.
 *
 * <p>The first entry behind a start or gap marker has no previous one ({@code prevTs} 0, {@code
 * prevTerm} -1). Used by the reading thread only.
 */
final class Chain {

  private static final long NO_TERM = -1;

  private long lastOptime;
  private long lastTerm;
  private boolean started;
  private long prevTs;
  private long prevTerm = NO_TERM;

  /**
   * @param position the newest event, or null if there is none yet
   */
  Chain(SourceOffset position) {
    if (position != null) {
      started = position.state() != SourceOffset.State.START;
      lastOptime = position.optime().value();
      lastTerm = position.term();
      // Behind a gap marker too: if the entries are found after all, the first of them names its
      // true predecessor, by which readers know that the marker is void.
      if (started) {
        prevTs = lastOptime;
        prevTerm = lastTerm;
      }
    }
  }

  long prevTs() {
    return prevTs;
  }

  long prevTerm() {
    return prevTerm;
  }

  /** Begins anew: what follows has no previous entry. */
  void breakOff() {
    prevTs = 0;
    prevTerm = NO_TERM;
  }

  /**
   * Takes the next entry.
   *
   * @throws TidemarkException {@code TAILER_OPLOG_DISORDER} if its optime does not rise
   */
  void advance(long optime, long term) {
    if (started && Long.compareUnsigned(optime, lastOptime) <= 0) {
      throw new TidemarkException(
          TailerError.TAILER_OPLOG_DISORDER,
          "entry " + new Optime(optime) + " came after " + new Optime(lastOptime),
          "",
          "Restart the task; if it comes again, resynchronise the member");
    }
    started = true;
    lastOptime = optime;
    lastTerm = term;
    prevTs = optime;
    prevTerm = term;
  }

  /** Whether entries up to and including this optime may be declared complete. */
  boolean covers(Optime optime) {
    return started && !optime.isBefore(new Optime(lastOptime));
  }
}
