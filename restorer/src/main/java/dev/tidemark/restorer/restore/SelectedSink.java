package dev.tidemark.restorer.restore;

import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.restorer.RestorerError;
import dev.tidemark.restorer.merge.CollectionSink;
import dev.tidemark.restorer.merge.MergeReport;
import dev.tidemark.restorer.merge.RestoreSink;
import dev.tidemark.restorer.merge.RestoredCollection;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes sure that a selection makes sense before its target is touched, and that views are on what
 * their collections are called there.
 */
final class SelectedSink implements RestoreSink {

  private final RestoreSink target;
  private final RestoreSelection selection;
  private final boolean oneOfSeveral;
  private final List<String> warnings = new ArrayList<>();

  /**
   * @param target where the state is written to
   * @param selection what was asked for
   * @param oneOfSeveral whether this is one replica set of a cluster, where a name may stand for
   *     something on another one
   */
  SelectedSink(RestoreSink target, RestoreSelection selection, boolean oneOfSeveral) {
    this.target = target;
    this.selection = selection;
    this.oneOfSeveral = oneOfSeveral;
  }

  @Override
  public boolean sequential() {
    return target.sequential();
  }

  @Override
  public void begin(List<RestoredCollection> collections) throws IOException {
    requireSense(collections);
    RenamedViews views = RenamedViews.of(collections);
    warnings.addAll(views.warnings());
    target.begin(views.collections());
  }

  private void requireSense(List<RestoredCollection> collections) {
    try {
      selection.requireSense(collections);
    } catch (TidemarkException e) {
      if (!oneOfSeveral || e.code() != RestorerError.REQUEST_UNKNOWN_NAMESPACE) {
        throw e;
      }
      warnings.add(e.reason() + " on one of the replica sets");
    }
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
