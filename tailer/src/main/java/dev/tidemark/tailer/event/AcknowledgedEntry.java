package dev.tidemark.tailer.event;

import dev.tidemark.oplog.optime.Optime;
import dev.tidemark.tailer.metrics.TailerMetrics;
import dev.tidemark.tailer.position.SourceOffset;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.connect.source.SourceRecord;

/** Remembers the newest entry that Kafka acknowledged. One thread writes, any may read. */
public final class AcknowledgedEntry implements TailerMetrics.Acknowledged {

  private final Optime stored;
  private volatile OplogRecord newest;

  /**
   * @param position the newest event's, as it was stored before this start, or null
   */
  public AcknowledgedEntry(SourceOffset position) {
    boolean none = position == null || position.state() == SourceOffset.State.START;
    this.stored = none ? Optime.ZERO : position.optime();
  }

  /** Takes note of an acknowledged record; those of a set are acknowledged in order. */
  public void acknowledge(SourceRecord record) {
    if (record instanceof OplogRecord entry && entry.isEntry()) {
      newest = entry;
    }
  }

  @Override
  public Optime optime() {
    OplogRecord entry = newest;
    return entry == null ? stored : new Optime(entry.optime());
  }

  /** Of an entry acknowledged before this start only the second is known. */
  @Override
  public long wall() {
    OplogRecord entry = newest;
    return entry == null ? TimeUnit.SECONDS.toMillis(stored.seconds()) : entry.wall();
  }
}
