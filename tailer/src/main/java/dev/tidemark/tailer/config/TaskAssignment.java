package dev.tidemark.tailer.config;

import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.ConfigException;

/**
 * What one task captures. It travels in the task's properties beside the connector's own, and holds
 * no secrets: those stay where the operator put them, so that ConfigProviders keep them out of
 * Connect's topics.
 *
 * @param task number of the task
 * @param uri which of the connection strings gives credentials and options
 * @param replicaSet name of the set
 * @param setId its ObjectId, 24 hex digits
 * @param hosts members to ask first, {@code host:port}
 */
public record TaskAssignment(
    int task, int uri, String replicaSet, String setId, List<String> hosts) {

  static final String TASK = "tidemark.task";
  static final String URI = "tidemark.task.uri";
  static final String REPLICA_SET = "tidemark.task.replica.set";
  static final String SET_ID = "tidemark.task.set.id";
  static final String HOSTS = "tidemark.task.hosts";

  public TaskAssignment {
    hosts = List.copyOf(hosts);
  }

  /** Reads what {@link #toProperties()} wrote. */
  public static TaskAssignment of(Map<String, String> properties) {
    return new TaskAssignment(
        Integer.parseInt(required(properties, TASK)),
        Integer.parseInt(required(properties, URI)),
        required(properties, REPLICA_SET),
        required(properties, SET_ID),
        List.of(required(properties, HOSTS).split(",")));
  }

  private static String required(Map<String, String> properties, String key) {
    String value = properties.get(key);
    if (value == null) {
      throw new ConfigException(key, null, "is missing: tasks are configured by their connector");
    }
    return value;
  }

  Map<String, String> toProperties() {
    return Map.of(
        TASK, Integer.toString(task),
        URI, Integer.toString(uri),
        REPLICA_SET, replicaSet,
        SET_ID, setId,
        HOSTS, String.join(",", hosts));
  }
}
