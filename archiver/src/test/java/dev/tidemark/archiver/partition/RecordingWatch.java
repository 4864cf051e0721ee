package dev.tidemark.archiver.partition;

import dev.tidemark.archive.chain.ChainPosition;
import dev.tidemark.archive.key.ReplicaSetRef;
import dev.tidemark.archiver.cut.Unwatched;
import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.schemas.event.OplogEventView;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

/** Remembers what it was told. */
final class RecordingWatch extends Unwatched {

  final AtomicLong accepted = new AtomicLong();
  final AtomicLong closed = new AtomicLong();
  final Map<String, TidemarkException> stoppedBySetId = new ConcurrentHashMap<>();
  final List<TidemarkException> spoolFailures = new CopyOnWriteArrayList<>();

  @Override
  public void accepted(ReplicaSetRef set, ChainPosition last, OplogEventView event) {
    accepted.incrementAndGet();
  }

  @Override
  public void stopped(ReplicaSetRef set, TidemarkException reason) {
    stoppedBySetId.put(set.setId(), reason);
  }

  @Override
  public void recovered(ReplicaSetRef set) {
    stoppedBySetId.remove(set.setId());
  }

  @Override
  public void spoolFailed(TidemarkException reason) {
    spoolFailures.add(reason);
  }

  @Override
  public void close() {
    closed.incrementAndGet();
  }
}
