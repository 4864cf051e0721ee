package dev.tidemark.restorer.restore;

import dev.tidemark.oplog.optime.Optime;
import dev.tidemark.restorer.account.MergedAccounts;
import dev.tidemark.restorer.merge.MergeReport;
import dev.tidemark.schemas.status.RestoredNamespace;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a restore into a target came to.
 *
 * @param report what was written
 * @param namespaces each with its verification
 * @param indexesLeftOut unique indexes that an undo violates, as {@code namespace name}
 * @param accounts what became of users and roles
 * @param warnings what the operator should know, besides the report's and about users and roles
 * @param untouched whether the target was left as it was, so that nothing of it was verified either
 */
record RestoreOutcome(
    MergeReport report,
    List<RestoredNamespace> namespaces,
    List<String> indexesLeftOut,
    MergedAccounts accounts,
    List<String> warnings,
    boolean untouched) {

  /** Of what was written. */
  RestoreOutcome(
      MergeReport report,
      List<RestoredNamespace> namespaces,
      List<String> indexesLeftOut,
      MergedAccounts accounts,
      List<String> warnings) {
    this(report, namespaces, indexesLeftOut, accounts, warnings, false);
  }

  /** Of a roll forward from where the target is already: nothing was written. */
  static RestoreOutcome alreadyThere(Optime optime) {
    return new RestoreOutcome(
        new MergeReport(
            optime,
            Optional.of(optime),
            0,
            0,
            List.of(),
            new MergeReport.Unexplained(0, List.of()),
            List.of(),
            false,
            Optional.empty(),
            Optional.empty()),
        List.of(),
        List.of(),
        MergedAccounts.NONE,
        List.of("The target shows that moment already; nothing was written or verified."),
        true);
  }

  /** The same with more to know. */
  RestoreOutcome with(List<String> moreWarnings) {
    List<String> all = new ArrayList<>(moreWarnings);
    all.addAll(warnings);
    return new RestoreOutcome(report, namespaces, indexesLeftOut, accounts, all, untouched);
  }

  /** All of them. */
  List<String> allWarnings() {
    List<String> all = new ArrayList<>(report.warnings());
    all.addAll(warnings);
    all.addAll(accounts.warnings());
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
