package dev.tidemark.cli.dump;

import dev.tidemark.cli.undo.UndoLines;
import dev.tidemark.restorer.RestorerError;
import dev.tidemark.restorer.merge.MergeReport;
import dev.tidemark.restorer.undo.UndoReport;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** How the result of a materialization is shown. */
record MaterializeReport(MergeReport report, Path out, List<String> warnings) {

  MaterializeReport(MergeReport report, Path out) {
    this(report, out, withUncheckedIndexes(report));
  }

  private static List<String> withUncheckedIndexes(MergeReport report) {
    List<String> warnings = new ArrayList<>(report.warnings());
    report.undo().flatMap(UndoReport::uncheckedIndexes).ifPresent(warnings::add);
    return warnings;
  }

  /** For people. */
  List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add(
        String.format(
            Locale.ROOT,
            "materialized %s at %s: %,d collections and views, %,d documents, %,d bytes",
            out,
            report.target(),
            report.collections().size(),
            report.documents(),
            report.bytes()));
    lines.add(
        String.format(
            Locale.ROOT,
            "  from %,d entries, the last of them %s; %,d operations on documents%s",
            report.entries(),
            report.lastEntry().map(Object::toString).orElse("none"),
            report.operations(),
            report.spilled() ? ", spilled to files" : ""));
    report.undo().map(UndoLines::of).ifPresent(undo -> lines.addAll(undo.lines()));
    warnings.forEach(warning -> lines.add("  warning: " + warning));
    if (!report.complete()) {
      lines.add(
          String.format(
              Locale.ROOT,
              "  %s: %,d updates found no document, and nothing explains that: the dump or the"
                  + " oplog is incomplete",
              RestorerError.MERGE_BASE_INCOMPLETE,
              report.unexplained().count()));
      report
          .unexplained()
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
    return lines;
  }

  /** For programs. */
  Map<String, Object> asMap() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("out", out.toString());
    map.put("target", report.target().toString());
    map.put("lastEntry", report.lastEntry().map(Object::toString).orElse(null));
    map.put("entries", report.entries());
    map.put("operations", report.operations());
    map.put("documents", report.documents());
    map.put("bytes", report.bytes());
    map.put("spilled", report.spilled());
    map.put("complete", report.complete());
    if (!report.complete()) {
      map.put("code", RestorerError.MERGE_BASE_INCOMPLETE.name());
    }
    map.put(
        "unexplained",
        Map.of(
            "count",
            report.unexplained().count(),
            "examples",
            report.unexplained().examples().stream()
                .map(
                    example ->
                        Map.of(
                            "namespace", example.namespace(),
                            "optime", example.optime().toString(),
                            "id", example.id()))
                .toList()));
    report.undo().map(UndoLines::of).ifPresent(undo -> map.put("undo", undo.asMap()));
    map.put("warnings", warnings);
    Map<String, Object> namespaces = new LinkedHashMap<>();
    for (MergeReport.Written written : report.collections()) {
      Map<String, Object> namespace = new LinkedHashMap<>();
      namespace.put("type", written.collection().metadata().type());
      namespace.put("count", written.digest().count());
      namespace.put("bytes", written.digest().bytes());
      namespace.put("xxh3", written.digest().hex());
      written.ordered().ifPresent(hash -> namespace.put("sha256InOrder", hash));
      namespaces.put(written.collection().namespace(), namespace);
    }
    map.put("namespaces", namespaces);
    return map;
  }
}
