package dev.tidemark.archive.store;

import software.amazon.awssdk.core.metrics.CoreMetric;
import software.amazon.awssdk.metrics.MetricCollection;
import software.amazon.awssdk.metrics.MetricPublisher;

/** Takes from the SDK's metrics of a request how often it was repeated. Thread-safe. */
record S3Repetitions(StoreWatch watch) implements MetricPublisher {

  @Override
  public void publish(MetricCollection request) {
    int times =
        request.metricValues(CoreMetric.RETRY_COUNT).stream().mapToInt(Integer::intValue).sum();
    if (times > 0) {
      watch.repeated(times);
    }
  }

  @Override
  public void close() {}
}
