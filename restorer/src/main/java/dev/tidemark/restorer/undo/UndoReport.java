package dev.tidemark.restorer.undo;

import dev.tidemark.oplog.optime.Optime;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What an undo left out, and what came of it.
 *
 * @param operations what was left out
 * @param revived collections and views that exist because their end was left out
 * @param documents what became of documents of which an operation was left out; empty after a dry
 *     run
 * @param uniqueIndexes those, as {@code namespace name}, of collections of which document
 *     operations were left out: the undo may violate them; empty after a dry run
 */
public record UndoReport(
    List<Operations> operations,
    List<Revived> revived,
    Map<Finding, Documents> documents,
    List<String> uniqueIndexes) {

  public UndoReport {
    operations = List.copyOf(operations);
    revived = List.copyOf(revived);
    documents = Map.copyOf(documents);
    uniqueIndexes = List.copyOf(uniqueIndexes);
  }

  /** What has to be known where documents are written but no index is built; a sentence. */
  public Optional<String> uncheckedIndexes() {
    return uniqueIndexes.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "The undo may violate unique indexes, which a dump does not check; where they are built"
                + " from it, they tell: "
                + String.join(", ", uniqueIndexes));
  }

  /** All operations that were left out. */
  public long count() {
    return operations.stream().mapToLong(Operations::count).sum();
  }

  /**
   * Operations of one kind that a rule leaves out.
   *
   * @param rule as it was written in the request
   * @param namespace by its name at that moment; {@code *} for those beyond the first hundred
   * @param operation {@code insert}, {@code update}, {@code delete}, or the name of a command
   * @param count how many
   * @param first where the first of them takes effect
   * @param last where the last of them takes effect
   */
  public record Operations(
      String rule, String namespace, String operation, long count, Optime first, Optime last) {}

  /**
   * A collection or view that was revived.
   *
   * @param namespace its own name at the restored moment
   * @param restoredAs what it is called where it is restored
   */
  public record Revived(String namespace, String restoredAs) {}

  /**
   * Documents of which the same is to be said.
   *
   * @param count how many
   * @param examples the first of them
   */
  public record Documents(long count, List<Example> examples) {

    public Documents {
      examples = List.copyOf(examples);
    }
  }

  /**
   * A document of which an operation was left out.
   *
   * @param namespace the collection's name at the restored moment
   * @param optime of the first later operation to which the finding is due
   * @param id the document's {@code _id} as Extended JSON: {@code {"_id": 1}}
   */
  public record Example(String namespace, Optime optime, String id) {}
}
