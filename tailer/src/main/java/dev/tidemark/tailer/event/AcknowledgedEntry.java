package dev.tidemark.tailer.event;

import dev.tidemark.oplog.optime.Optime;
import dev.tidemark.tailer.metrics.TailerMetrics;
import org.apache.kafka.connect.source.SourceRecord;

/** Remembers the newest entry that Kafka acknowledged. One thread writes, any may read. */
public final class AcknowledgedEntry implements TailerMetrics.Acknowledged {

  private volatile OplogRecord newest;

  /** Takes note of an acknowledged record; those of a set are acknowledged in order. */
  public void acknowledge(SourceRecord record) {
    if (record instanceof OplogRecord entry && entry.isEntry()) {
      newest = entry;
    }
  }

  @Override
  public Optime optime() {
    OplogRecord entry = newest;
    return entry == null ? Optime.ZERO : new Optime(entry.optime());
  }

  @Override
  public long wall() {
    OplogRecord entry = newest;
    return entry == null ? 0 : entry.wall();
  }
}
