package dev.tidemark.tailer.cursor;

import dev.tidemark.oplog.optime.Optime;
import dev.tidemark.tailer.position.SourceOffset;
import java.util.Optional;

/**
 * Decides whether capture can go on at its position: a query for entries from the position's optime
 * on must find that very entry first.
 *
 * <p>The oldest entry of the oplog is read before and after that query. It moves on while the
 * server truncates, so that only both together tell a lost position from a rewritten history.
 */
final class ResumeCheck {

  /** What the query says of the position. */
  enum Verdict {
    /** The first entry is the one of the position. */
    RESUMED,
    /** The oplog begins after the position: entries were lost. */
    GAP,
    /** The oplog reaches back to the position, but holds something else there. */
    DIVERGED,
    /** The member has nothing at or after the position. */
    BEHIND,
    /** The oplog was truncated past the position during the check; checking again decides. */
    UNDECIDED
  }

  private ResumeCheck() {}

  static Verdict judge(
      SourceOffset position,
      Optional<EntryIdentity> first,
      Optime oldestBefore,
      Optime oldestAfter) {
    if (first.isEmpty()) {
      return Verdict.BEHIND;
    }
    EntryIdentity found = first.get();
    if (found.optime().equals(position.optime())) {
      return isSame(position, found) ? Verdict.RESUMED : Verdict.DIVERGED;
    }
    if (oldestBefore.isAfter(position.optime())) {
      return Verdict.GAP;
    }
    return oldestAfter.isAfter(position.optime()) ? Verdict.UNDECIDED : Verdict.DIVERGED;
  }

  private static boolean isSame(SourceOffset position, EntryIdentity found) {
    return found.term() == position.term()
        && (position.hash() == null || found.hash() == position.hash());
  }
}
