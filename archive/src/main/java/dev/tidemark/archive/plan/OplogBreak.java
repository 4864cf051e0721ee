package dev.tidemark.archive.plan;

import dev.tidemark.archive.defect.Defect;
import dev.tidemark.oplog.optime.Optime;
import java.util.List;
import java.util.Objects;

/**
 * Optimes of a replica set for which entries are missing.
 *
 * @param cause why
 * @param after the newest entry that is there before them; {@link Optime#ZERO} if there is none
 * @param before the first entry that is there behind them
 * @param defects damaged or missing objects that are to blame
 */
public record OplogBreak(Cause cause, Optime after, Optime before, List<Defect> defects) {

  /** Why entries are missing. */
  public enum Cause {
    /** The source lost them before they were captured; a marker says so. */
    GAP_AT_SOURCE,
    /** Capture was started anew. */
    CAPTURE_RESTARTED,
    /** Retention removed them, because no moment that is kept needs them. */
    REMOVED,
    /** They were captured or should have been, and are not in the archive. */
    LOST
  }

  public OplogBreak {
    Objects.requireNonNull(cause, "cause");
    Objects.requireNonNull(after, "after");
    Objects.requireNonNull(before, "before");
    defects = List.copyOf(defects);
  }

  /** For messages. */
  public String describe() {
    String what =
        switch (cause) {
          case GAP_AT_SOURCE -> "the source lost the entries";
          case CAPTURE_RESTARTED -> "capture was started anew, without the entries";
          case REMOVED -> "retention removed the entries";
          case LOST -> "the archive lacks the entries";
        };
    String blame =
        defects.isEmpty()
            ? ""
            : "; see " + defects.get(0) + (defects.size() > 1 ? " and others" : "");
    return what + " after " + after + " and before " + before + blame;
  }
}
