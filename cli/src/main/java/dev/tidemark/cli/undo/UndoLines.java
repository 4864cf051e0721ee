package dev.tidemark.cli.undo;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tidemark.restorer.restore.UndoSummaries;
import dev.tidemark.restorer.undo.UndoReport;
import dev.tidemark.schemas.json.PlainJson;
import dev.tidemark.schemas.status.RevivedNamespace;
import dev.tidemark.schemas.status.SkippedOperations;
import dev.tidemark.schemas.status.UndoSummary;
import dev.tidemark.schemas.status.UndoneDocument;
import dev.tidemark.schemas.status.UndoneDocuments;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Tells what an undo did, in lines for people and as data. */
public record UndoLines(UndoSummary undo) {

  private static final ObjectMapper MAPPER = new ObjectMapper();

  /** The report of an undo that built no indexes. */
  public static UndoLines of(UndoReport report) {
    return new UndoLines(UndoSummaries.of(List.of(new UndoSummaries.OfSet("", report))));
  }

  /** The reports of an undo that built no indexes, by the names of a cluster's replica sets. */
  public static UndoLines of(Map<String, UndoReport> reports) {
    return new UndoLines(
        UndoSummaries.of(
            reports.entrySet().stream()
                .map(set -> new UndoSummaries.OfSet(set.getKey(), set.getValue()))
                .toList()));
  }

  /** For people. */
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    undo.getOperations().forEach(left -> lines.add(line(left)));
    for (RevivedNamespace revived : undo.getRevived()) {
      lines.add(
          "  revived: "
              + revived.getNs()
              + " as "
              + revived.getRestoredAs()
              + on(revived.getReplicaSet()));
    }
    for (UndoneDocuments documents : undo.getDocuments()) {
      lines.add(
          String.format(
              Locale.ROOT,
              "  %s, documents: %,d: %s",
              documents.getFinding(),
              documents.getCount(),
              documents.getDescription()));
      for (UndoneDocument example : documents.getExamples()) {
        lines.add(
            "    "
                + example.getNs()
                + " "
                + example.getId()
                + " at "
                + example.getOptime()
                + on(example.getReplicaSet()));
      }
    }
    return lines;
  }

  private static String on(String replicaSet) {
    return replicaSet.isEmpty() ? "" : " on " + replicaSet;
  }

  private static String line(SkippedOperations left) {
    return String.format(
        Locale.ROOT,
        "  left out: %,d %s of %s%s, %s (%s)",
        left.getCount(),
        left.getOperation(),
        left.getNs(),
        on(left.getReplicaSet()),
        left.getCount() == 1 ? "at " + left.getFirst() : left.getFirst() + " to " + left.getLast(),
        left.getRule());
  }

  /** For programs: as in the status of a restore. */
  public Map<String, Object> asMap() {
    return MAPPER.convertValue(PlainJson.write(undo), new TypeReference<Map<String, Object>>() {});
  }
}
