package dev.tidemark.restorer.restore;

import dev.tidemark.restorer.merge.CollectionSink;
import dev.tidemark.restorer.merge.MergeReport;
import dev.tidemark.restorer.merge.RestoreSink;
import dev.tidemark.restorer.merge.RestoredCollection;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Makes sure that a selection makes sense before its target is touched, and that views are on what
 * their collections are called there.
 */
final class SelectedSink implements RestoreSink {

  private final RestoreSink target;
  private final RestoreSelection selection;
  private final Optional<InCluster> cluster;
  private final List<String> warnings = new ArrayList<>();

  /**
   * @param target where the state is written to
   * @param selection what was asked for
   * @param cluster whether this is one replica set of a cluster, where a name may stand for
   *     something on another one: that was found out before
   */
  SelectedSink(RestoreSink target, RestoreSelection selection, Optional<InCluster> cluster) {
    this.target = target;
    this.selection = selection;
    this.cluster = cluster;
  }

  @Override
  public boolean sequential() {
    return target.sequential();
  }

  @Override
  public void begin(List<RestoredCollection> collections) throws IOException {
    RestoreSelection.requireDistinct(collections);
    if (cluster.isEmpty()) {
      selection.requireKnown(collections);
    }
    RenamedViews views =
        cluster
            .map(others -> RenamedViews.ofSet(collections, others.elsewhere()))
            .orElseGet(() -> RenamedViews.of(collections));
    warnings.addAll(views.warnings());
    target.begin(views.collections());
  }

  /** What the operator should know about the views; complete once the target has begun. */
  List<String> warnings() {
    return List.copyOf(warnings);
  }

  @Override
  public CollectionSink open(RestoredCollection collection) throws IOException {
    return target.open(collection);
  }

  @Override
  public void finish(MergeReport report) throws IOException {
    target.finish(report);
  }
}
