package dev.tidemark.monitor;

import dev.tidemark.monitor.alert.AlertCode;
import dev.tidemark.monitor.alert.Assessment;
import dev.tidemark.monitor.delivery.Outbox;
import dev.tidemark.schemas.alert.Alert;
import dev.tidemark.schemas.alert.AlertState;
import dev.tidemark.schemas.alert.TopologyEvent;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.MultiGauge.Row;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;

/** What the monitor measures, for Prometheus. Thread-safe. */
final class MonitorMetrics {

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final Map<AlertCode, MultiGauge> values = new EnumMap<>(AlertCode.class);
  private final MultiGauge active;
  private final MultiGauge unreadable;
  private final AtomicReference<Instant> lastSeen = new AtomicReference<>(Instant.EPOCH);

  MonitorMetrics() {
    for (AlertCode code : AlertCode.values()) {
      values.put(
          code, MultiGauge.builder(code.metric()).description(code.measures()).register(registry));
    }
    active =
        MultiGauge.builder("tidemark.alert.active")
            .description("1 for each alert that is raised and not resolved.")
            .register(registry);
    unreadable =
        MultiGauge.builder("tidemark.monitor.unreadable.records")
            .description("Records of a topic that are not what it should hold.")
            .register(registry);
    Gauge.builder(
            "tidemark.monitor.last.read.timestamp.seconds",
            lastSeen,
            seen -> seen.get().toEpochMilli() / 1000.0)
        .description("When the topics were last read completely, in seconds since 1970.")
        .register(registry);
    new ProcessorMetrics().bindTo(registry);
    new JvmMemoryMetrics().bindTo(registry);
  }

  void seen(Instant now) {
    lastSeen.set(now);
  }

  void assessed(Collection<Assessment> assessments) {
    values.forEach(
        (code, gauge) ->
            gauge.register(
                assessments.stream()
                    .filter(found -> found.code() == code)
                    .<Row<?>>map(found -> Row.of(Tags.of("source", found.source()), found.value()))
                    .toList(),
                true));
  }

  void changed(Alert alert) {
    String name =
        alert.getState() == AlertState.RAISED
            ? "tidemark.alerts.raised"
            : "tidemark.alerts.resolved";
    Counter.builder(name)
        .description("Alerts since the monitor started.")
        .tag("code", alert.getCode())
        .register(registry)
        .increment();
  }

  void open(Collection<Alert> alerts) {
    active.register(
        alerts.stream()
            .<Row<?>>map(
                alert ->
                    Row.of(
                        Tags.of(
                            "code",
                            alert.getCode(),
                            "source",
                            alert.getSource(),
                            "severity",
                            alert.getSeverity().name()),
                        1))
            .toList(),
        true);
  }

  void unreadable(Map<String, Long> byTopic) {
    List<Row<?>> rows =
        byTopic.entrySet().stream()
            .<Row<?>>map(topic -> Row.of(Tags.of("topic", topic.getKey()), topic.getValue()))
            .toList();
    unreadable.register(rows, true);
  }

  void watch(Outbox<?> outbox) {
    Gauge.builder("tidemark.monitor.undelivered", outbox, Outbox::undelivered)
        .description("Messages that a receiver has not taken yet.")
        .tag("receiver", outbox.name())
        .register(registry);
    FunctionCounter.builder("tidemark.monitor.lost", outbox, Outbox::lost)
        .description("Messages that a receiver refused or that were dropped.")
        .tag("receiver", outbox.name())
        .register(registry);
  }

  void steps(TopologyEvent event) {
    event
        .getStepMillis()
        .forEach(
            (step, millis) ->
                Timer.builder("tidemark.failover.step")
                    .description("How long the steps of failovers took.")
                    .tag("source", event.getSource())
                    .tag("kind", event.getKind().name())
                    .tag("step", step)
                    .register(registry)
                    .record(Duration.ofMillis(millis)));
  }

  String scrape() {
    return registry.scrape();
  }
}
