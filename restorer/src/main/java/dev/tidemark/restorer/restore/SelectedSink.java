package dev.tidemark.restorer.restore;

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
  private final SelectedNames names;
  private final List<String> warnings = new ArrayList<>();

  /**
   * @param target where the state is written to
   * @param names what was asked for
   */
  SelectedSink(RestoreSink target, SelectedNames names) {
    this.target = target;
    this.names = names;
  }

  @Override
  public boolean sequential() {
    return target.sequential();
  }

  @Override
  public void begin(List<RestoredCollection> collections) throws IOException {
    RenamedViews views = names.of(collections);
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
