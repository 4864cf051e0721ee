package dev.tidemark.restorer.drill;

import java.nio.charset.StandardCharsets;
import java.util.UUID;

/**
 * What a drill calls its database and its requests. An attempt that another worker makes after the
 * first one died has names of its own, but for the prefix by which it finds what to remove.
 *
 * @param drillId the drill's request
 * @param attempt tells attempts apart: when this one began, milliseconds since the epoch
 */
record DrillNames(String drillId, long attempt) {

  private static final String PREFIX = "tidemark_drill_";

  /** Example: {@code tidemark_drill_9f86d081_}: an id may hold what a database's name must not. */
  String databasePrefix() {
    String hash = UUID.nameUUIDFromBytes(drillId.getBytes(StandardCharsets.UTF_8)).toString();
    return PREFIX + hash.substring(0, hash.indexOf('-')) + "_";
  }

  /** Example: {@code tidemark_drill_9f86d081_mivk2w8g}. */
  String database() {
    return databasePrefix() + Long.toString(attempt, Character.MAX_RADIX);
  }

  String snapshotRequest() {
    return request("snapshot");
  }

  String restoreRequest() {
    return request("restore");
  }

  private String request(String kind) {
    return drillId + "-" + kind + "-" + Long.toString(attempt, Character.MAX_RADIX);
  }
}
