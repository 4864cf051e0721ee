package dev.tidemark.restorer.merge;

import dev.tidemark.archive.digest.DocumentSum;
import dev.tidemark.oplog.optime.Optime;
import dev.tidemark.restorer.undo.UndoReport;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * What a merge restore did.
 *
 * @param target the optime up to which, inclusively, everything was applied
 * @param lastEntry the last entry that is not after the target; empty if there was none
 * @param entries entries read
 * @param operations operations applied to documents of the restored collections
 * @param collections what was written, ordered by namespace
 * @param unexplained updates without a document that nothing explained: if there are any, the base
 *     or the oplog is incomplete
 * @param warnings what the operator should know, whole sentences
 * @param spilled whether the touched documents did not fit into memory
 * @param oldestOpen the first entry of the oldest transaction that was open at the target
 * @param undo what was left out and what came of it; empty if everything was applied
 */
public record MergeReport(
    Optime target,
    Optional<Optime> lastEntry,
    long entries,
    long operations,
    List<Written> collections,
    Unexplained unexplained,
    List<String> warnings,
    boolean spilled,
    Optional<Optime> oldestOpen,
    Optional<UndoReport> undo) {

  public MergeReport {
    collections = List.copyOf(collections);
    warnings = List.copyOf(warnings);
  }

  /** Whether base and oplog explain the state completely. */
  public boolean complete() {
    return unexplained.count() == 0;
  }

  /** Documents of all collections. */
  public long documents() {
    return collections.stream().mapToLong(written -> written.digest().count()).sum();
  }

  /** Bytes of all documents. */
  public long bytes() {
    return collections.stream().mapToLong(written -> written.digest().bytes()).sum();
  }

  /** The same of some collections only. */
  public MergeReport only(Predicate<Written> wanted) {
    return new MergeReport(
        target,
        lastEntry,
        entries,
        operations,
        collections.stream().filter(wanted).toList(),
        unexplained,
        warnings,
        spilled,
        oldestOpen,
        undo);
  }

  /**
   * What was written of one collection or view.
   *
   * @param collection which
   * @param digest of all its documents; empty for views
   * @param ordered for capped collections, where order is data, the SHA-256 of the documents in
   *     order
   */
  public record Written(
      RestoredCollection collection, DocumentSum.Digest digest, Optional<String> ordered) {}

  /**
   * Updates whose document was missing and whose key no later insert, delete or drop explains.
   *
   * @param count documents concerned
   * @param examples the first of them
   */
  public record Unexplained(long count, List<Example> examples) {

    public Unexplained {
      examples = List.copyOf(examples);
    }
  }

  /**
   * An unexplained update.
   *
   * @param namespace the collection's name at the target optime
   * @param optime of the update
   * @param id the document's {@code _id} as Extended JSON: {@code {"_id": 1}}
   */
  public record Example(String namespace, Optime optime, String id) {}
}
