package dev.tidemark.cli.service;

import dev.tidemark.cli.error.CliError;
import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.tailer.config.RecommendedOverrides;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * One properties file for a whole capture service, split into what the Connect worker and what the
 * connector reads.
 *
 * <ul>
 *   <li>Keys of the connector are written as in its reference.
 *   <li>{@code kafka.…} holds for every Kafka client: worker, connector, producer.
 *   <li>{@code schema.registry.…}, {@code basic.auth.…} and {@code value.converter.…} go to the
 *       converter.
 *   <li>{@code worker.…} overrides anything of the worker, for example {@code worker.group.id}.
 *   <li>{@code config.providers…} brings further ConfigProviders; {@code file} and {@code env} are
 *       there.
 * </ul>
 *
 * @param name the connector's name
 * @param worker properties of the worker
 * @param connector properties of the connector
 */
public record TailerProperties(
    String name, Map<String, String> worker, Map<String, String> connector) {

  private static final String KAFKA = "kafka.";
  private static final String WORKER = "worker.";
  private static final String CONVERTER = "value.converter.";
  private static final String PROVIDERS = "config.providers";
  private static final String NAME = "name";
  private static final String DEFAULT_NAME = "oplog";

  public TailerProperties {
    worker = Map.copyOf(worker);
    connector = Map.copyOf(connector);
  }

  /**
   * Reads a file.
   *
   * @throws TidemarkException {@code CLI_FILE} if it cannot be read, {@code CLI_BAD_OPTION} if it
   *     does not say where Kafka is
   */
  public static TailerProperties read(Path file) {
    Map<String, String> given =
        ServiceSettings.read(Service.TAILER, file, System.getenv()).values();
    if (!given.containsKey(KAFKA + "bootstrap.servers")) {
      throw new TidemarkException(
          CliError.CLI_BAD_OPTION,
          "kafka.bootstrap.servers is missing",
          file.toString(),
          "Add a line such as kafka.bootstrap.servers=broker-1:9092,broker-2:9092");
    }
    return of(given);
  }

  static TailerProperties of(Map<String, String> given) {
    Map<String, String> worker = workerDefaults();
    Map<String, String> connector = connectorDefaults();
    given.forEach((key, value) -> sort(key, value, worker, connector));
    String name = given.getOrDefault(NAME, DEFAULT_NAME);
    connector.remove(NAME);
    return new TailerProperties(name, worker, connector);
  }

  private static void sort(
      String key, String value, Map<String, String> worker, Map<String, String> connector) {
    if (key.startsWith(WORKER)) {
      worker.put(key.substring(WORKER.length()), value);
    } else if (key.startsWith(PROVIDERS)) {
      worker.put(key, value);
    } else if (key.startsWith("schema.registry.") || key.startsWith("basic.auth.")) {
      connector.put(CONVERTER + key, value);
    } else {
      connector.put(key, value);
      if (key.startsWith(KAFKA)) {
        String client = key.substring(KAFKA.length());
        worker.put(client, value);
        for (String role : new String[] {"producer.", "consumer.", "admin."}) {
          worker.put(role + client, value);
        }
      }
    }
  }

  private static Map<String, String> workerDefaults() {
    Map<String, String> worker = new HashMap<>();
    worker.put("group.id", "tidemark-tailer");
    worker.put("config.storage.topic", "tidemark-tailer-configs");
    worker.put("offset.storage.topic", "tidemark-tailer-offsets");
    worker.put("status.storage.topic", "tidemark-tailer-status");
    for (String topic : new String[] {"config", "offset", "status"}) {
      worker.put(topic + ".storage.replication.factor", "-1");
    }
    worker.put("offset.storage.partitions", "1");
    worker.put("status.storage.partitions", "1");
    worker.put("exactly.once.source.support", "enabled");
    worker.put("plugin.discovery", "service_load");
    worker.put("listeners", "http://127.0.0.1:8083");
    // A worker that is gone must not keep its sets waiting for it: nobody archives meanwhile.
    worker.put("scheduled.rebalance.max.delay.ms", "10000");
    worker.put("key.converter", "org.apache.kafka.connect.storage.StringConverter");
    worker.put("value.converter", "org.apache.kafka.connect.converters.ByteArrayConverter");
    worker.put("config.providers", "file,env");
    worker.put(
        "config.providers.file.class",
        "org.apache.kafka.common.config.provider.FileConfigProvider");
    worker.put(
        "config.providers.env.class",
        "org.apache.kafka.common.config.provider.EnvVarConfigProvider");
    return worker;
  }

  /** What the connector is told unless the file says otherwise. */
  static Map<String, String> connectorDefaults() {
    Map<String, String> connector = new HashMap<>();
    connector.put("connector.class", "dev.tidemark.tailer.OplogSourceConnector");
    // Only as many tasks run as there are replica sets.
    connector.put("tasks.max", "1000");
    connector.put("exactly.once.support", "required");
    connector.putAll(RecommendedOverrides.PRODUCER);
    connector.put("key.converter", "org.apache.kafka.connect.storage.StringConverter");
    connector.put("value.converter", "dev.tidemark.schemas.connect.AvroConverter");
    return connector;
  }
}
