package dev.tidemark.cli.docs;

import dev.tidemark.archive.key.ReplicaSetRef;
import dev.tidemark.archiver.metrics.ArchiverMetrics;
import dev.tidemark.cli.service.Service;
import dev.tidemark.tailer.metrics.TailerMetric;
import dev.tidemark.tailer.metrics.TailerMetrics;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import javax.management.JMException;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.ConfigKey;
import org.apache.kafka.common.utils.Time;

/** Writes reference pages from the code. */
final class ReferencePages {

  private static final String TEMPORARY = Path.of(System.getProperty("java.io.tmpdir")).toString();
  private static final String GENERATED = "Generated from the code. ";
  private static final String CHECK =
      "`tidemark config check --service %s --config <file>` checks a file, and shows it with every"
          + " default.";
  private static final String TABLE_HEAD = "| Attribute | Meaning |\n|---|---|\n";
  private static final Map<Service, String> INTRODUCTIONS =
      Map.of(
          Service.TAILER,
          """
          # Configuration of the oplog source connector

          Generated from the code. Connector class: `dev.tidemark.tailer.OplogSourceConnector`.
          `validate` of Connect's REST interface checks all of it, and connects to MongoDB and
          Kafka to do so.
          """,
          Service.ARCHIVER,
          """
          # Configuration of the archiver

          %s
          Settings of Kafka Streams and of its clients stand in the same file under their own names.
          """,
          Service.RESTORER,
          """
          # Configuration of the restorer

          %s
          Settings of Kafka's clients stand in the same file under their own names. Beside the keys
          below there are families of keys, one for each cluster and target:

          | Key | Meaning |
          |---|---|
          | `clusters.<alias>.uri` | Connection string of a cluster that snapshots are taken of; one that leads to mongos stands for all shards. |
          | `clusters.<alias>.shards.<set>.uri` | Connection string of one replica set of a cluster of several. |
          | `targets.<alias>.uri` | Connection string of a deployment that may be restored into. |
          | `targets.<alias>.shards.<set>.uri` | Where one replica set of a cluster of several is restored to. |
          | `targets.<alias>.directory` | Directory that may be restored into, as a dump. |
          | `snapshot.schedule.<alias>`, `snapshot.synthetic.schedule.<alias>` | The schedule of one cluster. |
          | `drills.<alias>.target`, `.uri`, `.schedule`, `.mode` | Where, how and when drills of a cluster are held. |
          """,
          Service.MONITOR,
          """
          # Configuration of the monitor

          %s
          Settings of Kafka's clients stand in the same file under their own names.
          `clusters.<alias>.uri` names a replica set whose primary and oplog are watched.
          """);

  private ReferencePages() {}

  static String config(Service service) {
    String check = GENERATED + CHECK.formatted(service.command());
    StringBuilder page = new StringBuilder(INTRODUCTIONS.get(service).formatted(check));
    ConfigDef definition = service.definition();
    for (String group : definition.groups()) {
      page.append("\n## ").append(group).append('\n');
      List<ConfigKey> keys =
          definition.configKeys().values().stream()
              .filter(key -> group.equals(key.group))
              .sorted(Comparator.comparingInt(ReferencePages::order))
              .toList();
      keys.forEach(key -> append(page, key));
    }
    return page.toString();
  }

  /** Keys that were given no place come last, as they were defined. */
  private static int order(ConfigKey key) {
    return key.orderInGroup < 0 ? Integer.MAX_VALUE : key.orderInGroup;
  }

  private static void append(StringBuilder page, ConfigKey key) {
    page.append("\n### `")
        .append(key.name)
        .append("`\n\n")
        .append(key.documentation)
        .append("\n\n");
    page.append("- Type: ").append(key.type.toString().toLowerCase(Locale.ROOT)).append('\n');
    page.append("- Default: ").append(defaultOf(key)).append('\n');
    if (key.validator != null && !key.validator.toString().isBlank()) {
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
    if (key.defaultValue == null
        || key.defaultValue.equals(List.of())
        || key.defaultValue.equals("")) {
      return "none";
    }
    String text = ConfigDef.convertToString(key.defaultValue, key.type);
    return "`" + text.replace(TEMPORARY, "/tmp") + "`";
  }

  static String tailerMetrics() {
    StringBuilder page =
        new StringBuilder(
            """
            # Metrics of the oplog source connector

            Generated from the code. Each task has one MBean in the JVM of its Connect worker:

            ```
            %s:type=%s,connector=<connector>,task=<task>,set=<replica set>
            ```

            """
                .formatted(TailerMetrics.DOMAIN, TailerMetrics.GROUP));
    page.append(TABLE_HEAD);
    for (TailerMetric metric : TailerMetric.values()) {
      row(page, metric.text(), metric.description());
    }
    return page.toString();
  }

  /** Reads what a real registration shows, so that the page is what JMX tools will see. */
  static String archiverMetrics() throws JMException {
    try (ArchiverMetrics metrics = new ArchiverMetrics(Time.SYSTEM)) {
      metrics.watch(() -> 0);
      metrics.assignment().closed(new ReplicaSetRef("rs0", "65a9f0a1b2c3d4e5f6a7b8c9"));
      return """
          # Metrics of the archiver

          Generated from the code. The MBean `tidemark.archiver:type=archive-metrics` of each
          archiver's JVM:

          %s
          and one for each replica set whose partition it has,
          `tidemark.archiver:type=archive-metrics,set=<replica set>`:

          %s
          Beside them stand the metrics of Kafka Streams and of its clients. How far the archive has
          got shows every Kafka tool, too: as the lag of the group `<application.id>-durable`.
          """
          .formatted(
              attributes("tidemark.archiver:type=archive-metrics"),
              attributes("tidemark.archiver:type=archive-metrics,set=*"));
    }
  }

  private static String attributes(String pattern) throws JMException {
    MBeanServer server = ManagementFactory.getPlatformMBeanServer();
    SortedMap<String, String> found = new TreeMap<>();
    for (ObjectName name : server.queryNames(new ObjectName(pattern), null)) {
      for (MBeanAttributeInfo attribute : server.getMBeanInfo(name).getAttributes()) {
        found.put(attribute.getName(), attribute.getDescription());
      }
    }
    StringBuilder table = new StringBuilder(TABLE_HEAD);
    found.forEach((name, description) -> row(table, name, description));
    return table.toString();
  }

  private static void row(StringBuilder table, String name, String description) {
    table.append("| `").append(name).append("` | ").append(description).append(" |\n");
  }
}
