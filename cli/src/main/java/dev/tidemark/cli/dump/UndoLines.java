package dev.tidemark.cli.dump;

import dev.tidemark.restorer.undo.Finding;
import dev.tidemark.restorer.undo.UndoReport;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** How the report of an undo is shown. */
record UndoLines(UndoReport report) {

  /** For people. */
  List<String> lines() {
    List<String> lines = new ArrayList<>();
    for (UndoReport.Operations left : report.operations()) {
      lines.add(
          String.format(
              Locale.ROOT,
              "  left out: %,d %s of %s, %s (%s)",
              left.count(),
              left.operation(),
              left.namespace(),
              left.count() == 1 ? "at " + left.first() : left.first() + " to " + left.last(),
              left.rule()));
    }
    for (UndoReport.Revived revived : report.revived()) {
      lines.add("  revived: " + revived.namespace() + " as " + revived.restoredAs());
    }
    for (Finding finding : Finding.values()) {
      UndoReport.Documents found = report.documents().get(finding);
      if (found != null) {
        lines.add(
            String.format(
                Locale.ROOT,
                "  %s: of %,d documents: %s",
                finding,
                found.count(),
                finding.description()));
        found
            .examples()
            .forEach(
                example ->
                    lines.add(
                        "    "
                            + example.namespace()
                            + " "
                            + example.id()
                            + " at "
                            + example.optime()));
      }
    }
    return lines;
  }

  /** For programs; the names are those of a restore's status. */
  Map<String, Object> asMap() {
    List<Map<String, Object>> operations = new ArrayList<>();
    for (UndoReport.Operations left : report.operations()) {
      Map<String, Object> map = new LinkedHashMap<>();
      map.put("rule", left.rule());
      map.put("ns", left.namespace());
      map.put("operation", left.operation());
      map.put("count", left.count());
      map.put("first", left.first().toString());
      map.put("last", left.last().toString());
      operations.add(map);
    }
    List<Map<String, Object>> documents = new ArrayList<>();
    for (Finding finding : Finding.values()) {
      UndoReport.Documents found = report.documents().get(finding);
      if (found != null) {
        documents.add(documents(finding, found));
      }
    }
    Map<String, Object> undo = new LinkedHashMap<>();
    undo.put("operations", operations);
    undo.put(
        "revived",
        report.revived().stream()
            .map(revived -> Map.of("ns", revived.namespace(), "restoredAs", revived.restoredAs()))
            .toList());
    undo.put("documents", documents);
    undo.put("uniqueIndexesToCheck", report.uniqueIndexes());
    return undo;
  }

  private static Map<String, Object> documents(Finding finding, UndoReport.Documents found) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("finding", finding.name());
    map.put("description", finding.description());
    map.put("count", found.count());
    map.put(
        "examples",
        found.examples().stream()
            .map(
                example ->
                    Map.of(
                        "ns", example.namespace(),
                        "optime", example.optime().toString(),
                        "id", example.id()))
            .toList());
    return map;
  }
}
