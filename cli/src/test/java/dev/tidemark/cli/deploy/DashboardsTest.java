package dev.tidemark.cli.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Dashboards and rules ask for metrics that are served. The monitor serves its own; those of the
 * other services pass through the JMX exporter's rules. The pages of metrics are generated from the
 * code.
 */
class DashboardsTest {

  private static final Path ROOT = Path.of("..");
  private static final Pattern METRIC = Pattern.compile("tidemark_[a-z_]+");
  private static final Pattern ROW = Pattern.compile("(?m)^\\| `([a-z_-]+)` \\|");

  private final Set<String> served = new TreeSet<>();
  private final Set<String> labels = new TreeSet<>(Set.of("job", "instance"));

  @BeforeEach
  void collect() throws IOException {
    String monitor = reference("monitor-metrics.md");
    names(monitor).forEach(served::add);
    Pattern.compile("`([a-z]+)`")
        .matcher(monitor)
        .results()
        .forEach(label -> labels.add(label.group(1)));
    List<JsonNode> rules = new ArrayList<>();
    new ObjectMapper(new YAMLFactory())
        .readTree(ROOT.resolve("deploy/jmx/tidemark.yml").toFile())
        .path("rules")
        .forEach(rules::add);
    for (String attribute : names(reference("tailer-metrics.md")).toList()) {
      exported(
          rules,
          "tidemark.tailer<type=oplog-metrics, connector=oplog, task=0, set=rs0-65a9><>"
              + attribute);
    }
    for (String attribute : names(reference("archiver-metrics.md")).toList()) {
      exported(rules, "tidemark.archiver<type=archive-metrics><>" + attribute);
      exported(rules, "tidemark.archiver<type=archive-metrics, set=rs0-65a9><>" + attribute);
    }
  }

  private static String reference(String page) throws IOException {
    return Files.readString(ROOT.resolve("docs/reference").resolve(page));
  }

  private static Stream<String> names(String page) {
    return ROW.matcher(page).results().map(row -> row.group(1));
  }

  /** As the exporter does: the first rule whose pattern matches makes the name and the labels. */
  private void exported(List<JsonNode> rules, String attribute) {
    for (JsonNode rule : rules) {
      Matcher matcher = Pattern.compile(rule.path("pattern").asText()).matcher(attribute + ": 1");
      if (matcher.matches()) {
        served.add(
            matcher
                .replaceAll(rule.path("name").asText())
                .replace('-', '_')
                .toLowerCase(Locale.ROOT));
        rule.path("labels").properties().forEach(label -> labels.add(label.getKey()));
        return;
      }
    }
    throw new AssertionError("no rule exports " + attribute);
  }

  @Test
  void shouldAskForMetricsThatAreServed() throws IOException {
    Set<String> asked = new TreeSet<>();
    for (String expression : expressions()) {
      METRIC.matcher(expression).results().map(MatchResult::group).forEach(asked::add);
    }

    assertThat(asked)
        .contains("tidemark_alert_active", "tidemark_tailer_entries_rate")
        .isSubsetOf(served);
  }

  @Test
  void shouldShowLabelsThatTheMetricsHave() throws IOException {
    Set<String> shown =
        Stream.concat(
                dashboards().stream()
                    .flatMap(dashboard -> dashboard.findValuesAsText("legendFormat").stream()),
                Stream.of(Files.readString(ROOT.resolve("deploy/prometheus/tidemark.rules.yml"))))
            .flatMap(
                text ->
                    Pattern.compile("\\{\\{ ?(?:\\$labels\\.)?([a-z]+) ?}}")
                        .matcher(text)
                        .results()
                        .map(label -> label.group(1)))
            .collect(Collectors.toCollection(TreeSet::new));

    assertThat(shown).isNotEmpty().isSubsetOf(labels);
  }

  private static List<String> expressions() throws IOException {
    List<String> expressions = new ArrayList<>();
    dashboards().forEach(dashboard -> expressions.addAll(dashboard.findValuesAsText("expr")));
    assertThat(expressions).isNotEmpty();
    expressions.addAll(
        new ObjectMapper(new YAMLFactory())
            .readTree(ROOT.resolve("deploy/prometheus/tidemark.rules.yml").toFile())
            .findValuesAsText("expr"));
    return expressions;
  }

  private static List<JsonNode> dashboards() throws IOException {
    List<JsonNode> dashboards = new ArrayList<>();
    try (Stream<Path> files = Files.list(ROOT.resolve("deploy/grafana/dashboards"))) {
      for (Path file : files.toList()) {
        dashboards.add(new ObjectMapper().readTree(file.toFile()));
      }
    }
    return dashboards;
  }
}
