package dev.tidemark.archiver.metrics;

import dev.tidemark.archive.chain.ChainPosition;
import dev.tidemark.archive.key.ReplicaSetRef;
import dev.tidemark.archiver.cut.SetWatch;
import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.schemas.archive.SegmentIndexEntry;
import dev.tidemark.schemas.event.OplogEventView;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Measures and logs what happens to the sets of one assignment of a partition. Thread-safe. */
final class AssignmentMetrics implements SetWatch {

  private static final Logger LOG = LoggerFactory.getLogger(AssignmentMetrics.class);

  private final ShownSets shown;
  private final ArchiverMetrics archiver;
  private final Map<ReplicaSetRef, SetMetrics> sets = new ConcurrentHashMap<>();

  AssignmentMetrics(ShownSets shown, ArchiverMetrics archiver) {
    this.shown = shown;
    this.archiver = archiver;
  }

  private SetMetrics of(ReplicaSetRef set) {
    return sets.computeIfAbsent(set, shown::hold);
  }

  @Override
  public void accepted(ReplicaSetRef set, ChainPosition last, OplogEventView event) {
    of(set).accepted(event);
  }

  @Override
  public void resumed(ReplicaSetRef set, SegmentIndexEntry newest) {
    of(set).durable(newest);
  }

  @Override
  public void open(ReplicaSetRef set, long firstObserved, long entryBytes) {
    of(set).open(firstObserved, entryBytes);
  }

  @Override
  public void closed(ReplicaSetRef set) {
    of(set).open(0, 0);
  }

  @Override
  public void published(ReplicaSetRef set, SegmentIndexEntry entry) {
    of(set).published(entry);
  }

  @Override
  public void stopped(ReplicaSetRef set, TidemarkException reason) {
    of(set).stopped(true);
    LOG.error("Replica set {} is not archived any further: {}", set, reason.getMessage());
  }

  @Override
  public void recovered(ReplicaSetRef set) {
    if (of(set).stopped(false)) {
      LOG.info("Replica set {} is archived again", set);
    }
  }

  @Override
  public void spoolFailed(TidemarkException reason) {
    archiver.spoolFailed(reason);
  }

  @Override
  public void unreadable(TidemarkException reason) {
    archiver.unreadable(reason);
  }

  @Override
  public void close() {
    sets.keySet().forEach(shown::release);
    sets.clear();
  }
}
