package dev.tidemark.archive.index;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidemark.archive.error.ArchiveException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Segments that no index names any more and that are deleted after a grace, so that a restore that
 * still reads them is not disturbed.
 *
 * @param deleteAfter when they may go
 * @param reason why they are no longer needed, for people
 * @param keys the segments
 */
public record Tombstone(Instant deleteAfter, String reason, List<String> keys) {

  private static final JsonMapper MAPPER = new JsonMapper();

  public Tombstone {
    keys = List.copyOf(keys);
  }

  public byte[] encode() {
    ObjectNode node = MAPPER.createObjectNode();
    node.put("deleteAfter", deleteAfter.toString());
    node.put("reason", reason);
    ArrayNode array = node.putArray("keys");
    keys.forEach(array::add);
    try {
      return MAPPER
          .writerWithDefaultPrettyPrinter()
          .writeValueAsString(node)
          .getBytes(StandardCharsets.UTF_8);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree can always be written", e);
    }
  }

  /**
   * Reads one.
   *
   * @throws ArchiveException {@code ARCHIVE_OBJECT_CORRUPT} if it is none
   */
  public static Tombstone decode(byte[] json, String where) {
    try {
      JsonNode node = MAPPER.readTree(json);
      List<String> keys = new ArrayList<>();
      node.path("keys").forEach(key -> keys.add(key.asText()));
      return new Tombstone(
          Instant.parse(node.path("deleteAfter").asText()), node.path("reason").asText(), keys);
    } catch (IOException | DateTimeException e) {
      throw ArchiveException.corrupt("the tombstone cannot be read", where, e);
    }
  }
}
