package dev.tidemark.restorer.merge;

import dev.tidemark.oplog.optime.Optime;
import java.io.IOException;

/** Brings a base forward to an optime and writes the result to a sink. */
public final class MergeRestore {

  private final Base base;
  private final OplogSource oplog;
  private final Optime target;
  private final NamespaceSelection selection;
  private final MergeOptions options;
  private final MergeListener listener;

  public MergeRestore(
      Base base,
      OplogSource oplog,
      Optime target,
      NamespaceSelection selection,
      MergeOptions options,
      MergeListener listener) {
    this.base = base;
    this.oplog = oplog;
    this.target = target;
    this.selection = selection;
    this.options = options;
    this.listener = listener;
  }

  public MergeReport run(RestoreSink sink) throws IOException {
    throw new UnsupportedOperationException(
        "not supported yet: merge restore of "
            + base.location()
            + oplog.location()
            + target
            + selection
            + options
            + listener
            + sink);
  }
}
