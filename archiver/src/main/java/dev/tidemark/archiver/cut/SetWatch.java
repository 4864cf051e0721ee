package dev.tidemark.archiver.cut;

import dev.tidemark.archive.chain.ChainPosition;
import dev.tidemark.archive.key.ReplicaSetRef;
import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.schemas.archive.SegmentIndexEntry;
import dev.tidemark.schemas.event.OplogEventView;

/**
 * Is told what the state of the sets of a partition is, for metrics, logs and alerts, as long as
 * the partition is assigned. Must not wait.
 */
public interface SetWatch extends AutoCloseable {

  /** An entry or marker was accepted. */
  void accepted(ReplicaSetRef set, ChainPosition last, OplogEventView event);

  /** An assignment goes on behind a segment that the archive holds. */
  void resumed(ReplicaSetRef set, SegmentIndexEntry newest);

  /** The open segment grew, or another one was opened; empty ones do not exist. */
  void open(ReplicaSetRef set, long firstObserved, long entryBytes);

  /** No segment of the set is open. */
  void closed(ReplicaSetRef set);

  /** A segment is in the archive, and everything before it. */
  void published(ReplicaSetRef set, SegmentIndexEntry entry);

  /**
   * A set stopped for a reason that the failure names; told once until {@link #recovered}, and once
   * more if a reason comes up that does not pass by itself.
   */
  void stopped(ReplicaSetRef set, TidemarkException reason);

  /**
   * A set goes on: told with the first event that fits, after the partition was begun and after
   * each time that the set stopped.
   */
  void recovered(ReplicaSetRef set);

  /**
   * A segment cannot be spooled. The partition is cut again from where its archive ends, so that
   * nothing is lost; told each time.
   */
  void spoolFailed(TidemarkException reason);

  /** A record cannot be read; whose it was is not known. */
  void unreadable(TidemarkException reason);

  /** The partition is somebody else's. */
  @Override
  void close();
}
