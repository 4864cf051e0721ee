package dev.tidemark.tailer.config;

import java.util.HashMap;
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
 * @param fromBeginning whether capture begins at the oldest entry, whatever start.position says
 */
public record TaskAssignment(
    int task, int uri, String replicaSet, String setId, List<String> hosts, boolean fromBeginning) {

  static final String TASK = "tidemark.task";
  static final String URI = "tidemark.task.uri";
  static final String REPLICA_SET = "tidemark.task.replica.set";
  static final String SET_ID = "tidemark.task.set.id";
  static final String HOSTS = "tidemark.task.hosts";
  static final String FROM_BEGINNING = "tidemark.task.from.beginning";

  public TaskAssignment {
    hosts = List.copyOf(hosts);
  }

  /** A set that is captured from where start.position says. */
  public TaskAssignment(int task, int uri, String replicaSet, String setId, List<String> hosts) {
    this(task, uri, replicaSet, setId, hosts, false);
  }

  /** The same set, captured from the oldest entry that it holds. */
  public TaskAssignment startingAtOldest() {
    return new TaskAssignment(task, uri, replicaSet, setId, hosts, true);
  }

  /** Reads what {@link #toProperties()} wrote. */
  public static TaskAssignment of(Map<String, String> properties) {
    return new TaskAssignment(
        Integer.parseInt(required(properties, TASK)),
        Integer.parseInt(required(properties, URI)),
        required(properties, REPLICA_SET),
        required(properties, SET_ID),
        List.of(required(properties, HOSTS).split(",")),
        Boolean.parseBoolean(properties.get(FROM_BEGINNING)));
  }

  private static String required(Map<String, String> properties, String key) {
    String value = properties.get(key);
    if (value == null) {
      throw new ConfigException(key, null, "is missing: tasks are configured by their connector");
    }
    return value;
  }

  Map<String, String> toProperties() {
    Map<String, String> properties = new HashMap<>();
    properties.put(TASK, Integer.toString(task));
    properties.put(URI, Integer.toString(uri));
    properties.put(REPLICA_SET, replicaSet);
    properties.put(SET_ID, setId);
    properties.put(HOSTS, String.join(",", hosts));
    if (fromBeginning) {
      properties.put(FROM_BEGINNING, "true");
      properties.put(OplogSourceKeys.START_POSITION, "earliest");
    }
    return properties;
  }
}
