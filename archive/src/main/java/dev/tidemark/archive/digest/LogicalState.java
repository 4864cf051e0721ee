package dev.tidemark.archive.digest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidemark.oplog.optime.Optime;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.bson.BsonDocument;
import org.bson.json.JsonMode;
import org.bson.json.JsonWriterSettings;

/**
 * What a database holds at a moment, as far as applications can see it: equal states are equal
 * whatever wrote them.
 *
 * @param moment the optime, if the dump shows a single moment
 * @param namespaces the state of every namespace
 */
public record LogicalState(Optional<Optime> moment, SortedMap<String, CollectionState> namespaces) {

  private static final ObjectMapper JSON = new ObjectMapper();

  private static final JsonWriterSettings CANONICAL =
      JsonWriterSettings.builder().outputMode(JsonMode.EXTENDED).build();

  public LogicalState {
    namespaces = Collections.unmodifiableSortedMap(new TreeMap<>(namespaces));
  }

  /**
   * One JSON object: {@code {"ts": {"t", "i"}, "namespaces": {"db.coll": {"type", "options",
   * "indexes", "count", "bytes", "sha256_of_sorted_raw_bson"}}}}. Options and indexes are canonical
   * Extended JSON, counts are plain numbers; capped collections have {@code
   * sha256_in_insertion_order} too.
   */
  public ObjectNode toJson() {
    ObjectNode root = JSON.createObjectNode();
    moment.ifPresent(at -> root.putObject("ts").put("t", at.seconds()).put("i", at.increment()));
    ObjectNode states = root.putObject("namespaces");
    namespaces.forEach((namespace, state) -> states.set(namespace, toJson(state)));
    return root;
  }

  private static ObjectNode toJson(CollectionState state) {
    ObjectNode node = JSON.createObjectNode();
    node.put("type", state.type());
    node.set("options", toJson(state.options()));
    state
        .content()
        .ifPresent(
            content -> {
              ArrayNode indexes = node.putArray("indexes");
              state.indexes().forEach(index -> indexes.add(toJson(index)));
              node.put("count", content.count());
              node.put("bytes", content.bytes());
              node.put("sha256_of_sorted_raw_bson", content.sorted());
              content.inOrder().ifPresent(hash -> node.put("sha256_in_insertion_order", hash));
            });
    return node;
  }

  private static JsonNode toJson(BsonDocument document) {
    try {
      return JSON.readTree(document.toJson(CANONICAL));
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException("Extended JSON is JSON", impossible);
    }
  }
}
