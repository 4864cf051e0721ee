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

  private UndoSummaries() {}

  /**
   * @param indexesLeftOut those that the undo violates
   */
  public static UndoSummary of(UndoReport report, List<String> indexesLeftOut) {
    return new UndoSummary(
        report.operations().stream().map(UndoSummaries::operations).toList(),
        report.revived().stream()
            .map(revived -> new RevivedNamespace(revived.namespace(), revived.restoredAs()))
            .toList(),
        documents(report),
        List.copyOf(indexesLeftOut));
  }

  private static SkippedOperations operations(UndoReport.Operations operations) {
    return new SkippedOperations(
        operations.rule(),
        operations.namespace(),
        operations.operation(),
        operations.count(),
        operations.first().toString(),
        operations.last().toString());
  }

  private static List<UndoneDocuments> documents(UndoReport report) {
    List<UndoneDocuments> documents = new ArrayList<>();
    for (Finding finding : Finding.values()) {
      UndoReport.Documents found = report.documents().get(finding);
      if (found != null) {
        documents.add(
            new UndoneDocuments(
                finding.name(),
                finding.description(),
                found.count(),
                found.examples().stream()
                    .map(
                        example ->
                            new UndoneDocument(
                                example.namespace(), example.optime().toString(), example.id()))
                    .toList()));
      }
    }
    return documents;
  }
}
