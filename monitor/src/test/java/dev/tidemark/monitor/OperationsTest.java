package dev.tidemark.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tidemark.monitor.alert.AlertCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What operators are given must speak of what the code has. */
class OperationsTest {

  private static final Path ROOT = Path.of("..");
  private static final Pattern OWN_METRIC =
      Pattern.compile("tidemark_(?!tailer_|archiver_|connect_)[a-z_]+");

  @Test
  void shouldHaveARunbookForEveryAlert() throws IOException {
    String runbooks = Files.readString(ROOT.resolve("docs/operations-alerts.md"));
    for (AlertCode code : AlertCode.values()) {
      assertThat(runbooks).contains("| `" + code.name() + "` |");
    }
  }

  @Test
  void shouldAskForMetricsThatAreServed() throws IOException {
    Set<String> served =
        Arrays.stream(AlertCode.values())
            .map(code -> code.metric().replace('.', '_'))
            .collect(Collectors.toCollection(TreeSet::new));
    served.addAll(
        Set.of(
            "tidemark_alert_active",
            "tidemark_monitor_undelivered",
            "tidemark_monitor_last_read_timestamp_seconds",
            "tidemark_failover_step_seconds_max"));
    StringBuilder asked =
        new StringBuilder(Files.readString(ROOT.resolve("deploy/prometheus/tidemark.rules.yml")));
    JsonNode dashboard =
        new ObjectMapper()
            .readTree(ROOT.resolve("deploy/grafana/dashboards/tidemark.json").toFile());
    dashboard.findValuesAsText("expr").forEach(expr -> asked.append(expr).append('\n'));
    Matcher metrics = OWN_METRIC.matcher(asked);
    Set<String> found = new TreeSet<>();
    while (metrics.find()) {
      found.add(metrics.group());
    }
    assertThat(found).isNotEmpty().isSubsetOf(served);
  }

  @Test
  void shouldNotDependOnTheLatestImage() throws IOException {
    for (String line : Files.readAllLines(ROOT.resolve("docker-compose.yml"))) {
      if (line.strip().startsWith("image:")) {
        assertThat(line).containsPattern("image: [a-z0-9/-]+:[A-Za-z0-9.-]+$");
        assertThat(line).doesNotContain("latest");
      }
    }
  }
}
