package dev.tidemark.archive.retention;

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
import java.util.Objects;

/**
 * The objects that a restore holds on to.
 *
 * @param restoreId whose
 * @param expiresAt when it is over, however the restore ended; renewed by the restore
 * @param keys the objects
 */
public record Pin(String restoreId, Instant expiresAt, List<String> keys) {

  private static final JsonMapper MAPPER = new JsonMapper();

  public Pin {
    Objects.requireNonNull(restoreId, "restoreId");
    Objects.requireNonNull(expiresAt, "expiresAt");
    keys = List.copyOf(keys);
  }

  byte[] encode() {
    ObjectNode node = MAPPER.createObjectNode();
    node.put("restore", restoreId);
    node.put("expiresAt", expiresAt.toString());
    ArrayNode array = node.putArray("keys");
    keys.forEach(array::add);
    try {
      return MAPPER.writeValueAsString(node).getBytes(StandardCharsets.UTF_8);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree can always be written", e);
    }
  }

  static Pin decode(byte[] json, String where) {
    try {
      JsonNode node = MAPPER.readTree(json);
      List<String> keys = new ArrayList<>();
      node.path("keys").forEach(key -> keys.add(key.asText()));
      return new Pin(
          node.path("restore").asText(), Instant.parse(node.path("expiresAt").asText()), keys);
    } catch (IOException | DateTimeException e) {
      throw ArchiveException.corrupt("the pin cannot be read", where, e);
    }
  }
}
