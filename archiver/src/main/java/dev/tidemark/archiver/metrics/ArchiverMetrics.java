package dev.tidemark.archiver.metrics;

import dev.tidemark.archive.store.StoreWatch;
import dev.tidemark.archiver.cut.SetWatch;
import dev.tidemark.archiver.retention.RetentionWatch;
import dev.tidemark.archiver.upload.UploadWatch;
import dev.tidemark.oplog.error.TidemarkException;
import java.util.List;
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
 * replica set whose partition it has with {@code set=<name>-<id>} besides. Thread-safe.
 */
public final class ArchiverMetrics
    implements UploadWatch, StoreWatch, RetentionWatch, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(ArchiverMetrics.class);
  static final String GROUP = "archive-metrics";

  private final Metrics metrics;
  private final Sensor stored;
  private final Sensor uploadNanos;
  private final Sensor failed;
  private final Sensor repeated;
  private final Sensor unreadable;
  private final Sensor spoolFailed;
  private final Sensor retained;
  private final Sensor retentionFailed;
  private final ShownSets sets;

  public ArchiverMetrics(Time time) {
    this.metrics =
        new Metrics(
            new MetricConfig(),
            List.of(new JmxReporter()),
            time,
            new KafkaMetricsContext("tidemark.archiver"));
    this.sets = new ShownSets(metrics, time);
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

  /**
   * Is told about the sets of a partition as long as it is assigned. A set is shown as long as such
   * a watch that was told of it is open.
   */
  public SetWatch assignment() {
    return new AssignmentMetrics(sets, this);
  }

  void spoolFailed(TidemarkException reason) {
    spoolFailed.record();
    LOG.error("A partition is cut again from where its archive ends: {}", reason.getMessage());
  }

  void unreadable(TidemarkException reason) {
    unreadable.record();
    LOG.error("A record is not archived: {}", reason.getMessage());
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
}
