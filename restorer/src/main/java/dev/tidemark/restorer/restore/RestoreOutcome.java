package dev.tidemark.restorer.restore;

import dev.tidemark.restorer.merge.MergeReport;
import dev.tidemark.schemas.status.RestoredNamespace;
import java.util.ArrayList;
import java.util.List;

/**
 * What a restore into a target came to.
 *
 * @param report what was written
 * @param namespaces each with its verification
 * @param warnings what the operator should know, besides the report's
 */
record RestoreOutcome(
    MergeReport report, List<RestoredNamespace> namespaces, List<String> warnings) {

  /** Those of the report too. */
  List<String> allWarnings() {
    List<String> all = new ArrayList<>(report.warnings());
    all.addAll(warnings);
    if (!report.complete()) {
      all.add(
          "The base is incomplete: "
              + report.unexplained().count()
              + " updates had no document, first "
              + report.unexplained().examples());
    }
    return all;
  }
}
