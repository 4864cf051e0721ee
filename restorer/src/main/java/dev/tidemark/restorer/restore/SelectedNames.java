package dev.tidemark.restorer.restore;

import dev.tidemark.restorer.merge.RestoredCollection;
import java.util.List;
import java.util.Optional;

/**
 * What the names of a request mean for everything that is selected.
 *
 * @param selection what was asked for
 * @param cluster whether this is one replica set of a cluster, where a name may stand for something
 *     on another one: that was found out before
 */
record SelectedNames(RestoreSelection selection, Optional<InCluster> cluster) {

  /**
   * Makes sure that they make sense, and that views are on what their collections are called.
   *
   * @param collections all that is selected, under new names
   * @throws dev.tidemark.oplog.error.TidemarkException REQUEST_MALFORMED, REQUEST_UNKNOWN_NAMESPACE
   *     or REQUEST_NOT_SUPPORTED
   */
  RenamedViews of(List<RestoredCollection> collections) {
    RestoreSelection.requireDistinct(collections);
    if (cluster.isEmpty()) {
      selection.requireKnown(collections);
    }
    return cluster
        .map(others -> RenamedViews.ofSet(collections, others.elsewhere()))
        .orElseGet(() -> RenamedViews.of(collections));
  }
}
