package dev.tidemark.restorer.restore;

import dev.tidemark.archive.plan.SetPlan;
import dev.tidemark.restorer.lease.MongoLeases;
import dev.tidemark.restorer.merge.MergeListener;
import dev.tidemark.restorer.merge.MergeReport;
import dev.tidemark.restorer.merge.NamespaceSelection;
import dev.tidemark.restorer.merge.OplogSource;
import dev.tidemark.restorer.merge.RestoreSink;
import java.io.IOException;
import java.util.Optional;

/**
 * One replica set of an archive at the planned moment, as its own oplog tells it. In a cluster,
 * transactions whose commit it does not hold by then stay open: as in a snapshot, whoever restores
 * from what is made of it reads the entries from the oldest of them on, and decides.
 *
 * <p>Immutable.
 */
public final class ArchivedSet {

  /** Snapshots hold no leases. */
  private static final NamespaceSelection EVERYTHING =
      namespace ->
          namespace.startsWith(MongoLeases.DATABASE + ".")
              ? Optional.empty()
              : Optional.of(namespace);

  private final PlannedRestore alone;

  ArchivedSet(PlannedRestore planned) {
    this.alone =
        new PlannedRestore(
            planned.plan(),
            planned.set(),
            planned.store(),
            planned.selection(),
            planned.skip(),
            planned.options());
  }

  /** What is read of it. */
  public SetPlan plan() {
    return alone.set();
  }

  /** The entries that are read: those of the snapshot and of the segments behind it. */
  public OplogSource oplog() {
    return PlannedOplog.of(alone.store(), alone.set(), alone.optime());
  }

  /**
   * Writes everything that a snapshot holds, users and roles included, whatever names were given.
   */
  public MergeReport everythingTo(RestoreSink sink, MergeListener listener) throws IOException {
    return alone.mergeAs(EVERYTHING, listener).run(sink);
  }
}
