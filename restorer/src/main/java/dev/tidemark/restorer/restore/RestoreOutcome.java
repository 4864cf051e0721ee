package dev.tidemark.restorer.restore;

import dev.tidemark.restorer.merge.MergeReport;
import dev.tidemark.schemas.status.RestoredNamespace;
import java.util.List;

/**
 * What a restore into a target came to.
 *
 * @param report what was written
 * @param namespaces each with its verification
 * @param warnings what the operator should know, besides the report's
 */
record RestoreOutcome(
    MergeReport report, List<RestoredNamespace> namespaces, List<String> warnings) {}
