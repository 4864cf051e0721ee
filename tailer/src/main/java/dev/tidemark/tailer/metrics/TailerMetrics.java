package dev.tidemark.tailer.metrics;

import dev.tidemark.oplog.entry.OplogEntry;
import dev.tidemark.oplog.optime.Optime;
import dev.tidemark.tailer.member.Hello;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.metrics.Gauge;
import org.apache.kafka.common.metrics.JmxReporter;
import org.apache.kafka.common.metrics.KafkaMetricsContext;
import org.apache.kafka.common.metrics.MetricConfig;
import org.apache.kafka.common.metrics.Metrics;
import org.apache.kafka.common.metrics.Sensor;
import org.apache.kafka.common.metrics.stats.CumulativeCount;
import org.apache.kafka.common.metrics.stats.Meter;
import org.apache.kafka.common.utils.Time;

/**
 * The metrics of one task, as Kafka's own components have them: {@code
 * tidemark.tailer:type=oplog-metrics,connector=…,task=…,set=…} in JMX. The reading thread records,
 * any thread may look.
 */
public final class TailerMetrics implements AutoCloseable {

  /** The MBeans' domain. */
  public static final String DOMAIN = "tidemark.tailer";

  /** The MBeans' type. */
  public static final String GROUP = "oplog-metrics";

  private static final long UNKNOWN = 0;

  // Members are asked several times in this. Silence means that none answers, or that what was read
  // waits for Kafka: either way nobody knows what was written meanwhile.
  private static final long SILENT_AFTER_MILLIS = 10_000;

  private final Metrics registry;
  private final Map<String, String> tags;
  private final Time time;
  private final Acknowledged acknowledged;
  private final Map<EntryKind, Sensor> entries = new EnumMap<>(EntryKind.class);
  private final Map<EntryKind, Sensor> bytes = new EnumMap<>(EntryKind.class);
  private final Sensor allEntries;
  private final Sensor allBytes;
  private final Map<TailerMetric, Sensor> events = new EnumMap<>(TailerMetric.class);
  private volatile long largest;
  private volatile long majority = UNKNOWN;
  private volatile long oldest = UNKNOWN;
  private volatile long memberLag;
  private volatile long heardAt = UNKNOWN;
  private volatile long oldestAt = UNKNOWN;
  private long term = OplogEntry.NO_TERM;

  /** The newest entry that Kafka acknowledged. */
  public interface Acknowledged {
    /** Its optime, {@link Optime#ZERO} if there is none yet. */
    Optime optime();

    /** Its wall clock in milliseconds since the epoch. */
    long wall();
  }

  /**
   * @param connector name of the connector
   * @param queueBytes bytes that wait in the queue
   * @param queueMaxBytes how many may
   */
  public TailerMetrics(
      String connector,
      int task,
      String replicaSet,
      Acknowledged acknowledged,
      Supplier<Long> queueBytes,
      long queueMaxBytes,
      Time time) {
    this.time = time;
    this.acknowledged = acknowledged;
    // The order is the order in the MBean's name, which exporters match as a text.
    this.tags = new LinkedHashMap<>();
    tags.put("connector", connector);
    tags.put("task", Integer.toString(task));
    tags.put("set", replicaSet);
    this.registry =
        new Metrics(
            new MetricConfig(), List.of(new JmxReporter()), time, new KafkaMetricsContext(DOMAIN));
    this.allEntries = meter("entries", TailerMetric.ENTRIES_RATE, TailerMetric.ENTRIES_TOTAL);
    this.allBytes = meter("bytes", TailerMetric.BYTES_RATE, TailerMetric.BYTES_TOTAL);
    for (EntryKind kind : EntryKind.values()) {
      entries.put(kind, meter(kind + "-entries", kind.rate(), kind.total()));
      bytes.put(kind, meter(kind + "-bytes", kind.bytesRate(), kind.bytesTotal()));
    }
    for (TailerMetric counter :
        List.of(
            TailerMetric.HEARTBEATS_TOTAL,
            TailerMetric.GAPS_TOTAL,
            TailerMetric.RECONNECTS_TOTAL,
            TailerMetric.FAULTS_TOTAL,
            TailerMetric.PRIMARY_CHANGES_TOTAL)) {
      Sensor sensor = registry.sensor(counter.text());
      sensor.add(name(counter), new CumulativeCount());
      events.put(counter, sensor);
    }
    gauge(TailerMetric.LARGEST_ENTRY_BYTES, () -> largest);
    gauge(TailerMetric.QUEUE_BYTES, () -> queueBytes.get());
    gauge(TailerMetric.QUEUE_FILL, () -> Math.min(1.0, (double) queueBytes.get() / queueMaxBytes));
    gauge(TailerMetric.MEMBER_LAG_MS, this::memberLagMillis);
    gauge(TailerMetric.LAG_MS, this::lagMillis);
    gauge(TailerMetric.LAG_OPTIME_SECONDS, this::lagSeconds);
    gauge(TailerMetric.OPLOG_HEADROOM_SECONDS, this::headroomSeconds);
    text(TailerMetric.MAJORITY_OPTIME, () -> new Optime(majority).toString());
    text(TailerMetric.ACKNOWLEDGED_OPTIME, () -> acknowledged.optime().toString());
  }

  private Sensor meter(String sensorName, TailerMetric rate, TailerMetric total) {
    Sensor sensor = registry.sensor(sensorName);
    sensor.add(new Meter(name(rate), name(total)));
    return sensor;
  }

  private void gauge(TailerMetric metric, DoubleSupplier value) {
    registry.addMetric(name(metric), (Gauge<Double>) (config, now) -> value.getAsDouble());
  }

  private void text(TailerMetric metric, Supplier<String> value) {
    registry.addMetric(name(metric), (Gauge<String>) (config, now) -> value.get());
  }

  private MetricName name(TailerMetric metric) {
    return registry.metricName(metric.text(), GROUP, metric.description(), tags);
  }

  /** Records what was counted since the last time, and clears the counts. */
  public void read(EntryCounts counts) {
    long now = time.milliseconds();
    long sumEntries = 0;
    long sumBytes = 0;
    for (EntryKind kind : EntryKind.values()) {
      long count = counts.entries[kind.ordinal()];
      if (count > 0) {
        entries.get(kind).record(count, now);
        bytes.get(kind).record(counts.bytes[kind.ordinal()], now);
        sumEntries += count;
        sumBytes += counts.bytes[kind.ordinal()];
      }
    }
    if (sumEntries > 0) {
      allEntries.record(sumEntries, now);
      allBytes.record(sumBytes, now);
      largest = Math.max(largest, counts.largest);
      if (counts.newestTerm > term) {
        if (term != OplogEntry.NO_TERM) {
          count(TailerMetric.PRIMARY_CHANGES_TOTAL);
        }
        term = counts.newestTerm;
      }
    }
    counts.clear();
  }

  /** Records what a member said of itself. */
  public void heard(Hello hello) {
    majority = hello.majority().value();
    memberLag = hello.majorityLagMillis();
    heardAt = time.milliseconds();
  }

  /** Records where the oplog begins. */
  public void oplogBegins(Optime optime) {
    oldestAt = time.milliseconds();
    oldest = optime.value();
  }

  /** Adds one to a counter. */
  public void count(TailerMetric counter) {
    events.get(counter).record(1);
  }

  private double lagMillis() {
    Optime newest = acknowledged.optime();
    boolean behind = silentMillis() > 0 || newest.isBefore(new Optime(majority));
    return behind && !newest.equals(Optime.ZERO)
        ? Math.max(0, time.milliseconds() - acknowledged.wall())
        : 0;
  }

  /** For how long nothing has been heard of a member, or 0 while that is usual. */
  private long silentMillis() {
    long silent = time.milliseconds() - heardAt;
    return silent > SILENT_AFTER_MILLIS ? silent : 0;
  }

  private double memberLagMillis() {
    return heardAt == UNKNOWN ? 0 : memberLag + silentMillis();
  }

  private double lagSeconds() {
    Optime newest = acknowledged.optime();
    return newest.equals(Optime.ZERO)
        ? 0
        : Math.max(0, new Optime(majority).seconds() - newest.seconds());
  }

  private double headroomSeconds() {
    Optime newest = acknowledged.optime();
    if (newest.equals(Optime.ZERO) || oldest == UNKNOWN) {
      return Double.NaN;
    }
    // While nobody tells where the oplog begins, that goes on with the clock.
    long since = TimeUnit.MILLISECONDS.toSeconds(time.milliseconds() - oldestAt);
    return newest.seconds() - new Optime(oldest).seconds() - Math.max(0, since);
  }

  /** Takes the MBeans away. */
  @Override
  public void close() {
    registry.close();
  }
}
