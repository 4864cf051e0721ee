package dev.tidemark.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.monitor.alert.AlertCode;
import dev.tidemark.monitor.alert.Assessment;
import dev.tidemark.monitor.delivery.Delivery;
import dev.tidemark.monitor.delivery.Outbox;
import dev.tidemark.schemas.alert.Alert;
import dev.tidemark.schemas.alert.AlertSeverity;
import dev.tidemark.schemas.alert.AlertState;
import dev.tidemark.schemas.alert.TopologyEvent;
import dev.tidemark.schemas.alert.TopologyEventKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The page of metrics says what Prometheus is told; {@code -Dreference.write=true} writes it. */
class MetricsReferenceTest {

  private static final Path PAGE = Path.of("..", "docs", "reference", "monitor-metrics.md");
  private static final Pattern HELP = Pattern.compile("# HELP (tidemark_\\S+) (.+)");
  private static final Pattern SAMPLE = Pattern.compile("(tidemark_[a-z_]+)\\{([^}]*)\\}.*");
  private static final Pattern LABEL = Pattern.compile("([a-z]+)=\"");

  @Test
  void shouldDocumentEveryMetric() throws IOException {
    String expected = page(scrapeOfEverything());
    if (Boolean.getBoolean("reference.write")) {
      Files.writeString(PAGE, expected);
    }
    assertThat(PAGE)
        .as("run this test with -Dtest.jvm.args=-Dreference.write=true to write the page anew")
        .content()
        .isEqualTo(expected);
  }

  private static String scrapeOfEverything() {
    MonitorMetrics metrics = new MonitorMetrics();
    metrics.assessed(
        Arrays.stream(AlertCode.values())
            .map(code -> new Assessment(code, "shop", Assessment.Verdict.BAD, 1, 1, ""))
            .toList());
    Alert raised = alert(AlertState.RAISED);
    metrics.changed(raised);
    metrics.changed(alert(AlertState.RESOLVED));
    metrics.open(List.of(raised));
    metrics.unreadable(Map.of("snapshots", 1L));
    Delivery<String> delivery = message -> {};
    metrics.watch(new Outbox<>("webhook", delivery, Duration.ZERO, Duration.ZERO));
    metrics.steps(
        TopologyEvent.newBuilder()
            .setSource("rs0")
            .setKind(TopologyEventKind.PRIMARY_ELECTED)
            .setAt(Instant.EPOCH)
            .setStepMillis(Map.of("elect", 1L))
            .build());
    return metrics.scrape();
  }

  private static Alert alert(AlertState state) {
    return Alert.newBuilder()
        .setAlertId("a")
        .setCode(AlertCode.OPLOG_LAG.name())
        .setState(state)
        .setSeverity(AlertSeverity.CRITICAL)
        .setSource("shop")
        .setRaisedAt(Instant.EPOCH)
        .setMessage("")
        .setRemedy("")
        .build();
  }

  private static String page(String scrape) {
    SortedMap<String, String> meanings = new TreeMap<>();
    Map<String, String> labels = new TreeMap<>();
    for (String line : scrape.lines().toList()) {
      Matcher help = HELP.matcher(line);
      if (help.matches()) {
        meanings.put(help.group(1), help.group(2));
      }
      Matcher sample = SAMPLE.matcher(line);
      if (sample.matches()) {
        labels.put(
            sample.group(1),
            String.join(
                ", ",
                LABEL
                    .matcher(sample.group(2))
                    .results()
                    .map(label -> "`" + label.group(1) + "`")
                    .toList()));
      }
    }
    StringBuilder page =
        new StringBuilder(
            """
            # Metrics of the monitor

            Generated from the code. `GET /metrics` serves them in Prometheus' text format, and those of
            the JVM beside them.

            | Metric | Labels | Meaning |
            |---|---|---|
            """);
    meanings.forEach(
        (name, meaning) ->
            page.append(
                "| `%s` | %s | %s |\n"
                    .formatted(
                        name,
                        labels.getOrDefault(name, labels.getOrDefault(name + "_count", "")),
                        meaning)));
    return page.toString();
  }
}
