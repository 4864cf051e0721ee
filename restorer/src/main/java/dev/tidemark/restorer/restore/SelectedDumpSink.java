package dev.tidemark.restorer.restore;

import dev.tidemark.restorer.materialize.DumpSink;
import dev.tidemark.restorer.merge.CollectionSink;
import dev.tidemark.restorer.merge.MergeReport;
import dev.tidemark.restorer.merge.RestoreSink;
import dev.tidemark.restorer.merge.RestoredCollection;
import java.io.IOException;
import java.util.List;

/**
 * A dump of what was selected, refused before it begins if the selection makes no sense.
 *
 * @param dump where it is written to
 * @param selection what was asked for
 */
record SelectedDumpSink(DumpSink dump, RestoreSelection selection) implements RestoreSink {

  @Override
  public boolean sequential() {
    return dump.sequential();
  }

  @Override
  public void begin(List<RestoredCollection> collections) throws IOException {
    selection.requireSense(collections);
    dump.begin(collections);
  }

  @Override
  public CollectionSink open(RestoredCollection collection) throws IOException {
    return dump.open(collection);
  }

  @Override
  public void finish(MergeReport report) throws IOException {
    dump.finish(report);
  }
}
