package dev.tidemark.archive.retention;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidemark.archive.error.ArchiveException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;

/**
 * Somebody's turn to run a cluster's retention.
 *
 * @param dueAt the time of the schedule that it is for
 * @param by who took it
 * @param takenAt when
 * @param finishedAt empty while it runs, or for good if it was killed
 */
public record RetentionTurn(
    Instant dueAt, String by, Instant takenAt, Optional<Instant> finishedAt) {

  private static final JsonMapper MAPPER = new JsonMapper();

  RetentionTurn finished(Instant now) {
    return new RetentionTurn(dueAt, by, takenAt, Optional.of(now));
  }

  byte[] encode() {
    ObjectNode node = MAPPER.createObjectNode();
    node.put("dueAt", dueAt.toString());
    node.put("by", by);
    node.put("takenAt", takenAt.toString());
    finishedAt.ifPresent(at -> node.put("finishedAt", at.toString()));
    try {
      return MAPPER.writeValueAsString(node).getBytes(StandardCharsets.UTF_8);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree can always be written", e);
    }
  }

  static RetentionTurn decode(byte[] json, String where) {
    try {
      JsonNode node = MAPPER.readTree(json);
      return new RetentionTurn(
          Instant.parse(node.path("dueAt").asText()),
          node.path("by").asText(),
          Instant.parse(node.path("takenAt").asText()),
          node.has("finishedAt")
              ? Optional.of(Instant.parse(node.path("finishedAt").asText()))
              : Optional.empty());
    } catch (IOException | DateTimeException e) {
      throw ArchiveException.corrupt("the turn of retention cannot be read", where, e);
    }
  }
}
