package dev.tidemark.restorer.rollforward;

import dev.tidemark.restorer.merge.UndoneDocuments;
import dev.tidemark.restorer.undo.Finding;
import dev.tidemark.restorer.undo.UndoReport;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;

/**
 * What an undo came to so far, set aside for whoever goes on: documents that are written are not
 * folded again. Used by one thread.
 */
final class FindingsKept {

  private final WorkObjects work;
  private final long epoch;
  private final UndoneDocuments all = new UndoneDocuments();
  private boolean changed;
  private int stored;
  private Optional<String> older = Optional.empty();

  /**
   * @param epoch of the lease, so that no two workers store under one name
   */
  FindingsKept(WorkObjects work, long epoch) {
    this.work = work;
    this.epoch = epoch;
  }

  /** Begins with what earlier attempts set aside. */
  void goOn(Optional<String> name) throws IOException {
    if (name.isPresent()) {
      all.add(work.findings(name.get()));
    }
  }

  void add(Map<Finding, UndoReport.Documents> more) {
    all.add(more);
    changed |= !more.isEmpty();
  }

  /**
   * Sets aside what is new.
   *
   * @param current the object that a checkpoint names
   * @return the one that the next checkpoint has to name
   */
  Optional<String> put(Optional<String> current) throws IOException {
    if (!changed) {
      return current;
    }
    changed = false;
    older = current;
    return Optional.of(work.putFindings(all(), epoch, ++stored));
  }

  /** No checkpoint names the one before any more. */
  void deleteOlder() {
    older.ifPresent(work::delete);
    older = Optional.empty();
  }

  Map<Finding, UndoReport.Documents> all() {
    return all.documents();
  }
}
