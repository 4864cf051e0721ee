package dev.tidemark.archiver.cut;

import dev.tidemark.archive.chain.ChainPosition;
import dev.tidemark.archive.key.ReplicaSetRef;
import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.schemas.archive.SegmentIndexEntry;
import dev.tidemark.schemas.event.OplogEventView;

/** For tests that are not about what is told of a set. */
public class Unwatched implements SetWatch {

  @Override
  public void accepted(ReplicaSetRef set, ChainPosition last, OplogEventView event) {}

  @Override
  public void resumed(ReplicaSetRef set, SegmentIndexEntry newest) {}

  @Override
  public void open(ReplicaSetRef set, long firstObserved, long entryBytes) {}

  @Override
  public void closed(ReplicaSetRef set) {}

  @Override
  public void published(ReplicaSetRef set, SegmentIndexEntry entry) {}

  @Override
  public void stopped(ReplicaSetRef set, TidemarkException reason) {}

  @Override
  public void recovered(ReplicaSetRef set) {}

  @Override
  public void spoolFailed(TidemarkException reason) {}

  @Override
  public void unreadable(TidemarkException reason) {}

  @Override
  public void close() {}
}
