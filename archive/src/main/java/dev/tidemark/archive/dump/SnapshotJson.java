package dev.tidemark.archive.dump;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidemark.archive.error.ArchiveError;
import dev.tidemark.archive.error.ArchiveException;
import dev.tidemark.oplog.optime.Optime;

/**
 * The file {@code snapshot.json} in the root of a dump.
 *
 * <p>For example {@code {"start": {"t": 1705654321, "i": 1}, "end": {"t": 1705654325, "i": 7}}}.
 */
final class SnapshotJson {

  private static final ObjectMapper JSON = new ObjectMapper();

  private SnapshotJson() {}

  /**
   * @param text the file's content
   * @param where the file, for messages
   */
  static SnapshotTimes parse(String text, String where) {
    try {
      JsonNode root = JSON.readTree(text);
      return new SnapshotTimes(optime(root, "start"), optime(root, "end"));
    } catch (JsonProcessingException | IllegalArgumentException e) {
      throw new ArchiveException(
          ArchiveError.DUMP_MALFORMED,
          "the times of the snapshot cannot be read: "
              + e.getMessage().lines().findFirst().orElse(""),
          where,
          "Correct the file, or remove it and give --start and --end",
          e);
    }
  }

  static String print(SnapshotTimes times) {
    ObjectNode root = JSON.createObjectNode();
    put(root.putObject("start"), times.start());
    put(root.putObject("end"), times.end());
    return root.toString() + "\n";
  }

  private static Optime optime(JsonNode root, String field) {
    JsonNode value = root.path(field);
    if (!value.path("t").isIntegralNumber() || !value.path("i").isIntegralNumber()) {
      throw new IllegalArgumentException("'" + field + "' has no whole numbers 't' and 'i'");
    }
    return Optime.of(value.path("t").longValue(), value.path("i").longValue());
  }

  private static void put(ObjectNode node, Optime optime) {
    node.put("t", optime.seconds()).put("i", optime.increment());
  }
}
