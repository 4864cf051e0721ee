package dev.tidemark.tailer.docs;

import dev.tidemark.tailer.metrics.TailerMetric;
import dev.tidemark.tailer.metrics.TailerMetrics;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.ConfigKey;

/** Writes reference pages from the code. */
final class ReferencePages {

  private ReferencePages() {}

  static String config(ConfigDef definition) {
    StringBuilder page =
        new StringBuilder(
            """
            # Configuration of the oplog source connector

            Generated from the code. Connector class: `dev.tidemark.tailer.OplogSourceConnector`.
            `validate` of Connect's REST interface checks all of it, and connects to MongoDB and
            Kafka to do so.
            """);
    for (String group : definition.groups()) {
      page.append("\n## ").append(group).append('\n');
      List<ConfigKey> keys =
          definition.configKeys().values().stream()
              .filter(key -> group.equals(key.group))
              .sorted(Comparator.comparingInt(key -> key.orderInGroup))
              .toList();
      keys.forEach(key -> append(page, key));
    }
    return page.toString();
  }

  private static void append(StringBuilder page, ConfigKey key) {
    page.append("\n### `")
        .append(key.name)
        .append("`\n\n")
        .append(key.documentation)
        .append("\n\n");
    page.append("- Type: ").append(key.type.toString().toLowerCase(Locale.ROOT)).append('\n');
    page.append("- Default: ").append(defaultOf(key)).append('\n');
    if (key.validator != null) {
      page.append("- Valid values: ").append(key.validator).append('\n');
    }
    page.append("- Importance: ")
        .append(key.importance.toString().toLowerCase(Locale.ROOT))
        .append('\n');
  }

  private static String defaultOf(ConfigKey key) {
    if (!key.hasDefault()) {
      return "none, the key is required";
    }
    if (key.defaultValue == null || key.defaultValue.equals(List.of())) {
      return "none";
    }
    return "`" + ConfigDef.convertToString(key.defaultValue, key.type) + "`";
  }

  static String metrics() {
    StringBuilder page =
        new StringBuilder(
            """
            # Metrics of the oplog source connector

            Generated from the code. Each task has one MBean in the JVM of its Connect worker:

            ```
            %s:type=%s,connector=<connector>,task=<task>,set=<replica set>
            ```

            | Attribute | Meaning |
            |---|---|
            """
                .formatted(TailerMetrics.DOMAIN, TailerMetrics.GROUP));
    for (TailerMetric metric : TailerMetric.values()) {
      page.append("| `")
          .append(metric.text())
          .append("` | ")
          .append(metric.description())
          .append(" |\n");
    }
    return page.toString();
  }
}
