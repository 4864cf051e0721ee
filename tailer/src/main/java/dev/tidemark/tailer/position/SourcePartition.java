package dev.tidemark.tailer.position;

import java.util.Map;
import java.util.regex.Pattern;

/**
 * What a source offset belongs to: one replica set.
 *
 * <p>Stored as {@code {"replicaSet": "rs0", "setId": "65aa0f0e6f2b4c0d9e8f7a61"}}.
 *
 * @param replicaSet the set's name
 * @param setId the set's ObjectId, 24 hex digits, which tells two sets of one name apart
 */
public record SourcePartition(String replicaSet, String setId) {

  static final String REPLICA_SET = "replicaSet";
  static final String SET_ID = "setId";

  private static final Pattern ID = Pattern.compile("[0-9a-f]{24}");

  /** The stored form. */
  public Map<String, String> toMap() {
    return Map.of(REPLICA_SET, replicaSet, SET_ID, setId);
  }

  /** Whether this is a stored form of a partition. */
  static boolean isValid(Map<String, ?> stored) {
    return stored.size() == 2
        && stored.get(REPLICA_SET) instanceof String name
        && !name.isEmpty()
        && stored.get(SET_ID) instanceof String id
        && ID.matcher(id).matches();
  }
}
