package dev.tidemark.archiver.metrics;

import dev.tidemark.archive.key.ReplicaSetRef;
import dev.tidemark.oplog.optime.Optime;
import dev.tidemark.schemas.archive.SegmentIndexEntry;
import dev.tidemark.schemas.event.EventKinds;
import dev.tidemark.schemas.event.OplogEventView;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.metrics.Gauge;
import org.apache.kafka.common.metrics.Metrics;
import org.apache.kafka.common.metrics.Sensor;
import org.apache.kafka.common.metrics.stats.CumulativeCount;
import org.apache.kafka.common.utils.Time;

/**
 * What is measured of one replica set; gauges read what the reading thread left here. Shown until
 * {@link #close}. Thread-safe.
 */
final class SetMetrics implements AutoCloseable {

  private final Metrics metrics;
  private final Time time;
  private final Map<String, String> tags;
  private final List<MetricName> gauges = new ArrayList<>();

  // A sensor takes as long as hashing a small entry does; these are counted for every one.
  private final LongAdder entries = new LongAdder();
  private final LongAdder entryBytes = new LongAdder();
  private final Sensor segments;
  private final Sensor gaps;
  private final AtomicBoolean stopped = new AtomicBoolean();
  private volatile long openSince;
  private volatile long openBytes;
  private volatile long acceptedObserved;
  private volatile Optime durable = Optime.ZERO;
  private volatile long durableWall = -1;

  SetMetrics(ReplicaSetRef set, Metrics metrics, Time time) {
    this.metrics = metrics;
    this.time = time;
    this.tags = Map.of("set", set.folder());
    number("entries-total", "The number of entries taken from the topic.", now -> entries.sum());
    number("entry-bytes-total", "The raw bytes of the entries taken.", now -> entryBytes.sum());
    segments = metrics.sensor("segments-" + set.folder());
    segments.add(
        name("segments-total", "The number of segments published."), new CumulativeCount());
    gaps = metrics.sensor("gaps-" + set.folder());
    gaps.add(
        name(
            "gaps-total",
            "The number of gaps that the source reported: entries that were lost before they were"
                + " captured."),
        new CumulativeCount());
    number(
        "open-segment-age-ms",
        "How long ago the first entry of the open segment was observed; 0 if none is open.",
        now -> openSince == 0 ? 0 : now - openSince);
    number(
        "open-segment-bytes",
        "The raw bytes of the entries in the open segment.",
        now -> openBytes);
    gauge(
        "durable-optime",
        "The newest archived optime, as seconds:increment; 0:0 if nothing is archived.",
        (config, now) -> durable.toString());
    number(
        "durable-age-ms",
        "How long ago, by the source's clock, the newest archived entry was written; -1 if"
            + " nothing is archived.",
        now -> durableWall < 0 ? -1 : now - durableWall);
    number(
        "observed-age-ms",
        "How long ago the tailer observed the newest entry taken from the topic; -1 if none was"
            + " taken since the partition was assigned.",
        now -> acceptedObserved == 0 ? -1 : now - acceptedObserved);
    number(
        "stopped",
        "1 while the set is not archived because entries are missing or contradict each other, or"
            + " because its newest segment cannot be read.",
        now -> stopped.get() ? 1 : 0);
  }

  private MetricName name(String name, String description) {
    return metrics.metricName(name, ArchiverMetrics.GROUP, description, tags);
  }

  private void number(String name, String description, NumberAtTime value) {
    // JMX and Kafka's tools expect doubles: exact for what is counted here.
    gauge(name, description, (config, now) -> (double) value.at(time.milliseconds()));
  }

  private void gauge(String name, String description, Gauge<?> value) {
    MetricName metric = name(name, description);
    metrics.addMetric(metric, value);
    gauges.add(metric);
  }

  void accepted(OplogEventView event) {
    acceptedObserved = event.observed();
    if (event.isEntry()) {
      entries.increment();
      entryBytes.add(event.entry().remaining());
    } else if (event.kind().equals(EventKinds.GAP)) {
      gaps.record();
    }
  }

  /**
   * A segment grows.
   *
   * @param firstObserved in milliseconds, 0 if none is open
   */
  void open(long firstObserved, long bytes) {
    openSince = firstObserved;
    openBytes = bytes;
  }

  void published(SegmentIndexEntry entry) {
    segments.record();
    durable(entry);
  }

  void durable(SegmentIndexEntry entry) {
    durable = new Optime(entry.getLastTs());
    if (entry.getMaxWall() != null) {
      durableWall = entry.getMaxWall().toEpochMilli();
    }
  }

  /** Answers whether it was stopped before. */
  boolean stopped(boolean now) {
    return stopped.getAndSet(now);
  }

  @Override
  public void close() {
    gauges.forEach(metrics::removeMetric);
    metrics.removeSensor(segments.name());
    metrics.removeSensor(gaps.name());
  }

  private interface NumberAtTime {
    long at(long nowMillis);
  }
}
