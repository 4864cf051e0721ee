package dev.tidemark.cli.job;

import dev.tidemark.cli.error.CliError;
import dev.tidemark.cli.service.PropertiesFile;
import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.schemas.registry.RegistryConfig;
import dev.tidemark.schemas.topic.TopicNames;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import picocli.CommandLine.Option;

/** Where the brokers and the schema registry are. Mixed in with picocli's {@code @Mixin}. */
public final class KafkaOptions {

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description =
          "Properties with bootstrap.servers, schema.registry.url and any setting of Kafka's"
              + " clients; the restorer's own file will do.")
  private Path config;

  @Option(
      names = "--bootstrap-servers",
      paramLabel = "HOST:PORT",
      description = "Brokers to begin with.")
  private String bootstrapServers;

  @Option(
      names = "--schema-registry",
      paramLabel = "URL",
      description = "The schema registry's Confluent API.")
  private String registry;

  /** All settings, with those of the options over those of the file. */
  Map<String, Object> settings() {
    Map<String, Object> given = new HashMap<>();
    if (config != null) {
      given.putAll(PropertiesFile.readWithProviders(config));
    }
    if (bootstrapServers != null) {
      given.put("bootstrap.servers", bootstrapServers);
    }
    if (registry != null) {
      given.put(RegistryConfig.URL_CONFIG, registry);
    }
    Map<String, Object> resolved = new AbstractConfig(new ConfigDef(), given, false).originals();
    require(resolved, "bootstrap.servers", "--bootstrap-servers");
    require(resolved, RegistryConfig.URL_CONFIG, "--schema-registry");
    return resolved;
  }

  private static void require(Map<String, Object> settings, String name, String option) {
    if (!settings.containsKey(name)) {
      throw new TidemarkException(
          CliError.CLI_BAD_OPTION,
          "it is not said where Kafka is: " + name + " is missing",
          "",
          "Give " + option + ", or a file with --config");
    }
  }

  /** Those of the settings that Kafka's clients know. */
  static Map<String, Object> clients(Map<String, Object> settings) {
    Map<String, Object> known = new HashMap<>();
    settings.forEach(
        (name, value) -> {
          boolean client =
              AdminClientConfig.configNames().contains(name)
                  || ConsumerConfig.configNames().contains(name)
                  || ProducerConfig.configNames().contains(name);
          if (client && !name.equals(ConsumerConfig.GROUP_ID_CONFIG)) {
            known.put(name, value);
          }
        });
    return known;
  }

  static TopicNames topics(Map<String, Object> settings) {
    return TopicNames.of(settings);
  }
}
