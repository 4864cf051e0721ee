package dev.tidemark.restorer.merge;

import dev.tidemark.oplog.bson.BsonSlice;
import dev.tidemark.restorer.undo.Finding;
import java.util.ArrayList;
import java.util.List;

/**
 * What undo knows of a document of which an operation was left out, besides the document itself.
 * Immutable.
 *
 * @param same whether it is again what it is at the source; then only the findings are left to tell
 * @param source otherwise, the document as it is at the source; null if there is none
 * @param findings a bit for each {@link Finding}, by its ordinal
 * @param optime of the first operation that the findings are due to
 */
record Undone(boolean same, BsonSlice source, int findings, long optime) {

  private static final Finding[] FINDINGS = Finding.values();
  private static final int SAME = 1 << 30;
  private static final int ABSENT = 1 << 29;

  /** Compares what is restored with what is at the source; null stands for no document. */
  static Undone of(BsonSlice restored, BsonSlice source, int findings, long optime) {
    boolean same = restored == null ? source == null : restored.equals(source);
    return new Undone(same, same || source == null ? null : source.compact(), findings, optime);
  }

  /** Whether there is nothing to remember. */
  boolean isNothing() {
    return same && findings == 0;
  }

  /** The same with another finding, at this optime if it is the first one. */
  Undone with(Finding finding, long due) {
    return new Undone(
        same, source, findings | 1 << finding.ordinal(), findings == 0 ? due : optime);
  }

  static int bit(Finding finding) {
    return 1 << finding.ordinal();
  }

  List<Finding> all() {
    List<Finding> all = new ArrayList<>();
    for (Finding finding : FINDINGS) {
      if ((findings & bit(finding)) != 0) {
        all.add(finding);
      }
    }
    return all;
  }

  /** Everything but the document and the optime in one number, for a file. */
  long packed() {
    return findings | (same ? SAME : 0) | (source == null ? ABSENT : 0);
  }

  static Undone unpacked(long packed, BsonSlice source, long optime) {
    return new Undone(
        (packed & SAME) != 0,
        (packed & ABSENT) != 0 ? null : source.compact(),
        (int) (packed & (ABSENT - 1)),
        optime);
  }

  /** Bytes of memory, about. */
  int weight() {
    return 48 + (source == null ? 0 : source.length());
  }
}
