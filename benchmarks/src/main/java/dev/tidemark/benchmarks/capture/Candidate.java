package dev.tidemark.benchmarks.capture;

import dev.tidemark.tailer.config.RecommendedOverrides;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A connector that is measured.
 *
 * @param name as the report calls it, and in the names of its topic, its collection and itself
 * @param topic where the records of the benchmark's collection come out
 * @param config its configuration, defaults where they are not in the way
 */
record Candidate(String name, String topic, Map<String, String> config) {

  static final String DATABASE = "bench";

  private static final String STRINGS = "org.apache.kafka.connect.storage.StringConverter";

  /** The collection that is written while this connector is measured. */
  String collection() {
    return name.replace('-', '_');
  }

  /** This project's connector as its {@code connector.json} sets it up. */
  static Candidate tidemark(Path connectorJson, Source source, Stack stack) {
    Map<String, String> config = ConnectorFile.read(connectorJson);
    config.keySet().removeIf(key -> key.startsWith("mongodb."));
    config.put("mongodb.uri", source.uri());
    // The backlogs of a run roll a small oplog over, which a connector in production should not
    // see.
    config.put("oplog.window.min.ms", "0");
    config.put("topic", "tidemark");
    config.put("partition.map", source.setName() + ":0");
    config.put("topic.partitions", "1");
    config.put("topic.replication.factor", "1");
    config.put("kafka.bootstrap.servers", stack.bootstrapServers());
    config.put("value.converter.schema.registry.url", stack.registryUrl());
    config.putAll(Settings.tried());
    return new Candidate("tidemark", "tidemark", config);
  }

  static Candidate mongoKafka(Source source) {
    Map<String, String> config = peer("com.mongodb.kafka.connect.MongoSourceConnector");
    config.put("connection.uri", source.uri());
    config.put("topic.prefix", "mongo-kafka");
    config.put("key.converter", STRINGS);
    config.put("value.converter", STRINGS);
    return new Candidate("mongo-kafka", "mongo-kafka.bench.mongo_kafka", config);
  }

  static Candidate debezium(Source source) {
    Map<String, String> config = peer("io.debezium.connector.mongodb.MongoDbConnector");
    config.put("mongodb.connection.string", source.uri());
    config.put("topic.prefix", "debezium");
    config.put("snapshot.mode", "no_data");
    // Without a look-up of each updated document.
    config.put("capture.mode", "change_streams");
    for (String side : new String[] {"key", "value"}) {
      config.put(side + ".converter", "org.apache.kafka.connect.json.JsonConverter");
      config.put(side + ".converter.schemas.enable", "false");
    }
    return new Candidate("debezium", "debezium.bench.debezium", config);
  }

  /** What the producer gets is the same for all. */
  private static Map<String, String> peer(String connectorClass) {
    Map<String, String> config = new LinkedHashMap<>();
    config.put("connector.class", connectorClass);
    config.put("tasks.max", "1");
    config.putAll(RecommendedOverrides.PRODUCER);
    return config;
  }
}
