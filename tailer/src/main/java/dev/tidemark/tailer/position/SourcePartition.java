package dev.tidemark.tailer.position;

import java.util.Map;
import java.util.regex.Pattern;

/**
 * What a source offset belongs to: one replica set.
 *
 * <p>Stored as {@code {"setId": "65aa0f0e6f2b4c0d9e8f7a61"}}. It has one key only: Connect finds an
 * offset by the bytes of its partition's JSON, and two keys could come in either order.
 *
 * @param replicaSet the set's name
 * @param setId the set's ObjectId, 24 hex digits, which tells two sets of one name apart
 */
public record SourcePartition(String replicaSet, String setId) {

  static final String SET_ID = "setId";

  private static final Pattern ID = Pattern.compile("[0-9a-f]{24}");

  /** The stored form. */
  public Map<String, String> toMap() {
    return Map.of(SET_ID, setId);
  }

  /** Whether this is a stored form of a partition. */
  static boolean isValid(Map<String, ?> stored) {
    return stored.size() == 1
        && stored.get(SET_ID) instanceof String id
        && ID.matcher(id).matches();
  }
}
