package dev.tidemark.cli.service;

import dev.tidemark.archiver.ArchiverConfig;
import dev.tidemark.monitor.MonitorConfig;
import dev.tidemark.restorer.config.RestorerConfig;
import dev.tidemark.schemas.registry.RegistryConfig;
import dev.tidemark.tailer.config.OplogSourceConfig;
import dev.tidemark.tailer.config.OplogSourceKeys;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.streams.StreamsConfig;

/** The services, and what may stand in the properties file of each. */
public enum Service {
  TAILER(
      OplogSourceKeys.CONFIG_DEF,
      Set.of("name", "tasks.max", "exactly.once.support", "key.converter", "value.converter"),
      "(kafka|worker|producer\\.override|key\\.converter|value\\.converter|header\\.converter"
          + "|schema\\.registry|basic\\.auth|errors)\\..+",
      settings -> new OplogSourceConfig(Map.copyOf(settings))),
  ARCHIVER(
      ArchiverConfig.DEFINITION,
      streamsNames(),
      "(consumer|main\\.consumer|restore\\.consumer|global\\.consumer|producer|admin)\\..+",
      ArchiverConfig::new),
  RESTORER(
      RestorerConfig.DEFINITION,
      clientNames(),
      "(clusters|targets)\\.[^.]+(\\.shards\\.[^.]+)?\\.uri|targets\\.[^.]+\\.directory"
          + "|drills\\.[^.]+\\.(target|uri|schedule|mode)|snapshot\\.schedule\\.[^.]+",
      RestorerConfig::new),
  MONITOR(MonitorConfig.DEFINITION, clientNames(), "clusters\\.[^.]+\\.uri", MonitorConfig::new);

  private static final Pattern PROVIDERS = Pattern.compile("config\\.providers(\\..+)?");

  private final ConfigDef definition;
  private final Set<String> others;
  private final Pattern patterns;
  private final Function<Map<String, String>, AbstractConfig> parser;

  Service(
      ConfigDef definition,
      Set<String> others,
      String patterns,
      Function<Map<String, String>, AbstractConfig> parser) {
    this.definition = definition;
    this.others = others;
    this.patterns = Pattern.compile(patterns);
    this.parser = parser;
  }

  /** The service's own keys. */
  public ConfigDef definition() {
    return definition;
  }

  /** Whether the service, or a client inside it, reads the key. */
  public boolean knows(String key) {
    return definition.names().contains(key)
        || others.contains(key)
        || RegistryConfig.DEFINITION.names().contains(key)
        || patterns.matcher(key).matches()
        || PROVIDERS.matcher(key).matches();
  }

  /** Every key that is known by its whole name. */
  public Set<String> names() {
    Set<String> names = new TreeSet<>(definition.names());
    names.addAll(others);
    names.addAll(RegistryConfig.DEFINITION.names());
    return names;
  }

  /**
   * Reads settings as the service does when it starts, with the rules across keys.
   *
   * @throws org.apache.kafka.common.config.ConfigException naming the key
   * @throws dev.tidemark.oplog.error.TidemarkException naming the key
   */
  public AbstractConfig parse(Map<String, String> settings) {
    return parser.apply(settings);
  }

  /** What its command sets unless the file says otherwise, beside the defaults of the keys. */
  public Map<String, String> presets() {
    return this == TAILER ? TailerProperties.connectorDefaults() : Map.of();
  }

  /** Its name on the command line. */
  public String command() {
    return name().toLowerCase(Locale.ROOT);
  }

  private static Set<String> clientNames() {
    Set<String> names = new TreeSet<>(AdminClientConfig.configNames());
    names.addAll(ConsumerConfig.configNames());
    names.addAll(ProducerConfig.configNames());
    return names;
  }

  private static Set<String> streamsNames() {
    Set<String> names = clientNames();
    names.addAll(StreamsConfig.configDef().names());
    return names;
  }
}
