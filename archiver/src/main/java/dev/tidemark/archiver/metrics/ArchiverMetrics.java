package dev.tidemark.archiver.metrics;

import dev.tidemark.archive.chain.ChainPosition;
import dev.tidemark.archive.key.ReplicaSetRef;
import dev.tidemark.archive.store.StoreWatch;
import dev.tidemark.archiver.cut.SetWatch;
import dev.tidemark.archiver.retention.RetentionWatch;
import dev.tidemark.archiver.upload.UploadWatch;
import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.schemas.archive.SegmentIndexEntry;
import dev.tidemark.schemas.event.EventKinds;
import dev.tidemark.schemas.event.OplogEventView;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.metrics.Gauge;
import org.apache.kafka.common.metrics.JmxReporter;
import org.apache.kafka.common.metrics.KafkaMetricsContext;
import org.apache.kafka.common.metrics.MetricConfig;
import org.apache.kafka.common.metrics.Metrics;
import org.apache.kafka.common.metrics.Sensor;
import org.apache.kafka.common.metrics.stats.CumulativeCount;
import org.apache.kafka.common.metrics.stats.CumulativeSum;
import org.apache.kafka.common.metrics.stats.Max;
import org.apache.kafka.common.metrics.stats.Rate;
import org.apache.kafka.common.utils.Time;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The archiver's metrics in JMX, under {@code tidemark.archiver:type=archive-metrics}, those of a
 * replica set with {@code set=<name>-<id>} besides. Thread-safe.
 */
public final class ArchiverMetrics
    implements SetWatch, UploadWatch, StoreWatch, RetentionWatch, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(ArchiverMetrics.class);
  private static final String GROUP = "archive-metrics";

  private final Time time;
  private final Metrics metrics;
  private final Sensor stored;
  private final Sensor uploadNanos;
  private final Sensor failed;
  private final Sensor repeated;
  private final Sensor unreadable;
  private final Sensor spoolFailed;
  private final Sensor retained;
  private final Sensor retentionFailed;
  private final Map<ReplicaSetRef, SetMetrics> sets = new ConcurrentHashMap<>();

  public ArchiverMetrics(Time time) {
    this.time = time;
    this.metrics =
        new Metrics(
            new MetricConfig(),
            List.of(new JmxReporter()),
            time,
            new KafkaMetricsContext("tidemark.archiver"));
    this.stored = metrics.sensor("stored");
    stored.add(
        name("segments-stored-total", "The number of segments that were stored."),
        new CumulativeCount());
    stored.add(
        name("bytes-stored-total", "The bytes of the segments that were stored."),
        new CumulativeSum());
    stored.add(name("bytes-stored-rate", "The bytes of segments stored per second."), new Rate());
    this.uploadNanos = metrics.sensor("upload");
    uploadNanos.add(
        name("upload-time-max-ms", "The longest time that storing one segment took, in ms."),
        new Max());
    this.failed = metrics.sensor("failed");
    failed.add(
        name(
            "upload-failures-total",
            "The number of attempts to store a segment that failed; each is followed by a retry."),
        new CumulativeCount());
    this.repeated = metrics.sensor("repeated");
    repeated.add(
        name(
            "store-retries-total",
            "The number of requests that the object store's client repeated by itself, after an"
                + " error or a time-out that may pass."),
        new CumulativeSum());
    this.unreadable = metrics.sensor("unreadable");
    unreadable.add(
        name("unreadable-records-total", "The number of records of the topic that are no events."),
        new CumulativeCount());
    this.spoolFailed = metrics.sensor("spool-failed");
    spoolFailed.add(
        name(
            "spool-failures-total",
            "The number of times that a segment could not be written to the spool directory; each"
                + " time its partition is cut again from where its archive ends."),
        new CumulativeCount());
    this.retained = metrics.sensor("retained");
    retained.add(
        name("retention-runs-total", "The number of runs of retention that this archiver did."),
        new CumulativeCount());
    retained.add(
        name("retention-deleted-bytes-total", "The bytes that retention deleted."),
        new CumulativeSum());
    this.retentionFailed = metrics.sensor("retention-failed");
    retentionFailed.add(
        name("retention-failures-total", "The number of runs of retention that failed."),
        new CumulativeCount());
  }

  /** Also tells how much waits for the store. */
  public void watch(LongSupplier waitingBytes) {
    metrics.addMetric(
        name("waiting-bytes", "Bytes of finished segments that wait for the store."),
        (Gauge<Double>) (config, now) -> (double) waitingBytes.getAsLong());
  }

  private MetricName name(String name, String description) {
    return metrics.metricName(name, GROUP, description);
  }

  private SetMetrics of(ReplicaSetRef set) {
    return sets.computeIfAbsent(set, ref -> new SetMetrics(ref));
  }

  @Override
  public void accepted(ReplicaSetRef set, ChainPosition last, OplogEventView event) {
    of(set).accepted(event);
  }

  @Override
  public void stopped(ReplicaSetRef set, TidemarkException reason) {
    of(set).stopped = true;
    LOG.error("Replica set {} is not archived any further: {}", set, reason.getMessage());
  }

  @Override
  public void recovered(ReplicaSetRef set) {
    of(set).stopped = false;
    LOG.info("Replica set {} is archived again", set);
  }

  @Override
  public void spoolFailed(TidemarkException reason) {
    spoolFailed.record();
    LOG.error("A partition is cut again from where its archive ends: {}", reason.getMessage());
  }

  @Override
  public void unreadable(TidemarkException reason) {
    unreadable.record();
    LOG.error("A record is not archived: {}", reason.getMessage());
  }

  @Override
  public void resumed(ReplicaSetRef set, SegmentIndexEntry newest) {
    of(set).durable(newest);
  }

  @Override
  public void open(ReplicaSetRef set, long firstObserved, long entryBytes) {
    SetMetrics metricsOfSet = of(set);
    metricsOfSet.openSince = firstObserved;
    metricsOfSet.openBytes = entryBytes;
  }

  @Override
  public void closed(ReplicaSetRef set) {
    SetMetrics metricsOfSet = of(set);
    metricsOfSet.openSince = 0;
    metricsOfSet.openBytes = 0;
  }

  @Override
  public void published(ReplicaSetRef set, SegmentIndexEntry entry) {
    of(set).published(entry);
  }

  @Override
  public void stored(long bytes, long nanos) {
    stored.record(bytes);
    uploadNanos.record(nanos / 1e6);
  }

  @Override
  public void failed() {
    failed.record();
  }

  @Override
  public void repeated(int times) {
    repeated.record(times);
  }

  @Override
  public void retained(long deletedBytes) {
    retained.record(deletedBytes);
  }

  @Override
  public void retentionFailed() {
    retentionFailed.record();
  }

  @Override
  public void close() {
    metrics.close();
  }

  /** What is measured of one replica set; gauges read what the reading thread left here. */
  private final class SetMetrics {

    // A sensor takes as long as hashing a small entry does; these are counted for every one.
    private final LongAdder entries = new LongAdder();
    private final LongAdder entryBytes = new LongAdder();
    private final Sensor segments;
    private final Sensor gaps;
    private volatile long openSince;
    private volatile long openBytes;
    private volatile boolean stopped;
    private volatile long acceptedObserved;
    private volatile long durableTs;
    private volatile long durableWall = -1;

    SetMetrics(ReplicaSetRef set) {
      Map<String, String> tags = Map.of("set", set.folder());
      gauge(
          "entries-total",
          "The number of entries taken from the topic.",
          tags,
          now -> entries.doubleValue());
      gauge(
          "entry-bytes-total",
          "The raw bytes of the entries taken.",
          tags,
          now -> entryBytes.doubleValue());
      segments = metrics.sensor("segments-" + set);
      segments.add(
          metrics.metricName("segments-total", GROUP, "The number of segments published.", tags),
          new CumulativeCount());
      gaps = metrics.sensor("gaps-" + set);
      gaps.add(
          metrics.metricName(
              "gaps-total",
              GROUP,
              "The number of gaps that the source reported: entries that were lost before they were"
                  + " captured.",
              tags),
          new CumulativeCount());
      gauge(
          "open-segment-age-ms",
          "How long ago the first entry of the open segment was observed; 0 if none is open.",
          tags,
          now -> openSince == 0 ? 0 : (double) (now - openSince));
      gauge(
          "open-segment-bytes",
          "The raw bytes of the entries in the open segment.",
          tags,
          now -> openBytes);
      gauge(
          "durable-optime",
          "The newest archived optime, as an unsigned number of 64 bits.",
          tags,
          now -> Double.parseDouble(Long.toUnsignedString(durableTs)));
      gauge(
          "durable-age-ms",
          "How long ago, by the source's clock, the newest archived entry was written; -1 if"
              + " nothing is archived.",
          tags,
          now -> durableWall < 0 ? -1 : (double) (now - durableWall));
      gauge(
          "observed-age-ms",
          "How long ago the tailer observed the newest entry taken from the topic; -1 if none was"
              + " taken since the start.",
          tags,
          now -> acceptedObserved == 0 ? -1 : (double) (now - acceptedObserved));
      gauge(
          "stopped",
          "1 while the set is not archived because entries are missing or contradict each other, or"
              + " because its newest segment cannot be read.",
          tags,
          now -> stopped ? 1 : 0);
    }

    private void gauge(
        String name, String description, Map<String, String> tags, GaugeOfTime value) {
      metrics.addMetric(
          metrics.metricName(name, GROUP, description, tags),
          (Gauge<Double>) (config, now) -> value.at(time.milliseconds()));
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

    void published(SegmentIndexEntry entry) {
      segments.record();
      durable(entry);
    }

    void durable(SegmentIndexEntry entry) {
      durableTs = entry.getLastTs();
      if (entry.getMaxWall() != null) {
        durableWall = entry.getMaxWall().toEpochMilli();
      }
    }
  }

  private interface GaugeOfTime {
    double at(long nowMillis);
  }
}
