package dev.tidemark.restorer.restore;

import dev.tidemark.restorer.undo.Finding;
import dev.tidemark.restorer.undo.UndoReport;
import dev.tidemark.schemas.status.RevivedNamespace;
import dev.tidemark.schemas.status.SkippedOperations;
import dev.tidemark.schemas.status.UndoSummary;
import dev.tidemark.schemas.status.UndoneDocument;
import dev.tidemark.schemas.status.UndoneDocuments;
import java.util.ArrayList;
import java.util.List;

/** What a status tells of an undo. */
public final class UndoSummaries {

  /** Examples of a finding, as many as one replica set has at most. */
  private static final int EXAMPLES = 20;

  private UndoSummaries() {}

  /**
   * An undo on one replica set.
   *
   * @param replicaSet its name; empty if the cluster has no other one
   * @param report of what was left out
   * @param indexesLeftOut those that the undo violates
   */
  public record OfSet(String replicaSet, UndoReport report, List<String> indexesLeftOut) {

    /** One that built no indexes. */
    public OfSet(String replicaSet, UndoReport report) {
      this(replicaSet, report, List.of());
    }

    public OfSet {
      indexesLeftOut = List.copyOf(indexesLeftOut);
    }

    private List<String> placedIndexes() {
      return replicaSet.isEmpty()
          ? indexesLeftOut
          : indexesLeftOut.stream().map(index -> index + " on " + replicaSet).toList();
    }
  }

  /** Of all replica sets of a cluster together. */
  public static UndoSummary of(List<OfSet> sets) {
    List<SkippedOperations> operations = new ArrayList<>();
    List<RevivedNamespace> revived = new ArrayList<>();
    List<String> indexes = new ArrayList<>();
    for (OfSet set : sets) {
      set.report().operations().forEach(left -> operations.add(operations(left, set)));
      set.report()
          .revived()
          .forEach(
              one ->
                  revived.add(
                      new RevivedNamespace(one.namespace(), one.restoredAs(), set.replicaSet())));
      indexes.addAll(set.placedIndexes());
    }
    return new UndoSummary(operations, revived, documents(sets), indexes);
  }

  private static SkippedOperations operations(UndoReport.Operations operations, OfSet set) {
    return new SkippedOperations(
        operations.rule(),
        operations.namespace(),
        operations.operation(),
        operations.count(),
        operations.first().toString(),
        operations.last().toString(),
        set.replicaSet());
  }

  private static List<UndoneDocuments> documents(List<OfSet> sets) {
    List<UndoneDocuments> documents = new ArrayList<>();
    for (Finding finding : Finding.values()) {
      long count = 0;
      List<UndoneDocument> examples = new ArrayList<>();
      for (OfSet set : sets) {
        UndoReport.Documents found = set.report().documents().get(finding);
        if (found != null) {
          count += found.count();
          found.examples().forEach(example -> examples.add(document(example, set)));
        }
      }
      if (count > 0) {
        documents.add(
            new UndoneDocuments(
                finding.name(),
                finding.description(),
                count,
                examples.stream().limit(EXAMPLES).toList()));
      }
    }
    return documents;
  }

  private static UndoneDocument document(UndoReport.Example example, OfSet set) {
    return new UndoneDocument(
        example.namespace(), example.optime().toString(), example.id(), set.replicaSet());
  }
}
