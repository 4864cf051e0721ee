package dev.tidemark.cli.service;

import dev.tidemark.cli.error.CliError;
import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.tailer.config.RecommendedOverrides;
import java.net.URI;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

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
 * <p>The connector's properties are shared by all workers of the group and shown by their REST
 * interface, so they hold references in the place of secrets. A worker that listens on all
 * addresses advertises one that other hosts can use.
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
  private static final String ALLOWED_VARIABLES = PROVIDERS + ".env.param.allowlist.pattern";
  private static final String LISTENERS = "listeners";
  private static final String ADVERTISED = "rest.advertised.host.name";
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
    ServiceSettings settings = ServiceSettings.read(Service.TAILER, file, System.getenv());
    if (!settings.values().containsKey(KAFKA + "bootstrap.servers")) {
      throw new TidemarkException(
          CliError.CLI_BAD_OPTION,
          "kafka.bootstrap.servers is missing",
          file.toString(),
          "Add a line such as kafka.bootstrap.servers=broker-1:9092,broker-2:9092");
    }
    return of(settings, file, RestListener::ownHost);
  }

  /**
   * @param ownHost how others reach this host
   */
  static TailerProperties of(
      ServiceSettings settings, Path file, Supplier<Optional<String>> ownHost) {
    SharedSecrets secrets = new SharedSecrets(settings, file);
    Map<String, String> worker = workerDefaults();
    Map<String, String> connector = connectorDefaults();
    Map<String, String> given = settings.values();
    given.forEach((key, value) -> sort(key, value, secrets, worker, connector));
    worker.merge(PROVIDERS, given.getOrDefault(PROVIDERS, ""), TailerProperties::union);
    worker.putIfAbsent(ALLOWED_VARIABLES, secrets.allowedVariables());
    if (RestListener.first(worker.get(LISTENERS)).isAnyAddress()) {
      ownHost.get().ifPresent(host -> worker.putIfAbsent(ADVERTISED, host));
    }
    String name = given.getOrDefault(NAME, DEFAULT_NAME);
    connector.remove(NAME);
    return new TailerProperties(name, worker, connector);
  }

  private static void sort(
      String key,
      String value,
      SharedSecrets secrets,
      Map<String, String> worker,
      Map<String, String> connector) {
    if (key.startsWith(WORKER)) {
      worker.put(key.substring(WORKER.length()), value);
    } else if (key.startsWith(PROVIDERS + ".")) {
      worker.put(key, value);
    } else if (key.startsWith("schema.registry.") || key.startsWith("basic.auth.")) {
      connector.put(CONVERTER + key, secrets.shared(key, value));
    } else if (!key.equals(PROVIDERS)) {
      connector.put(key, secrets.shared(key, value));
      if (key.startsWith(KAFKA)) {
        String client = key.substring(KAFKA.length());
        worker.put(client, value);
        for (String role : new String[] {"producer.", "consumer.", "admin."}) {
          worker.put(role + client, value);
        }
      }
    }
  }

  private static String union(String providers, String further) {
    Set<String> names = new LinkedHashSet<>(List.of(providers.split(",")));
    for (String name : further.split(",")) {
      if (!name.isBlank()) {
        names.add(name.strip());
      }
    }
    return String.join(",", names);
  }

  /** The REST interface of this host's worker. */
  public URI rest() {
    return RestListener.first(worker.get(LISTENERS)).local();
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
    worker.put(LISTENERS, "http://127.0.0.1:8083");
    // A worker that is gone must not keep its sets waiting for it: nobody archives meanwhile.
    worker.put("scheduled.rebalance.max.delay.ms", "10000");
    worker.put("key.converter", "org.apache.kafka.connect.storage.StringConverter");
    worker.put("value.converter", "org.apache.kafka.connect.converters.ByteArrayConverter");
    worker.put(PROVIDERS, "file,env");
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
