package dev.tidemark.restorer.materialize;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidemark.oplog.optime.Optime;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A logical state in a form that can be compared: numbers by value whatever their type, fields of
 * options in any order, fields of an index's key in their order.
 */
record ExpectedState(Optime optime, Map<String, JsonNode> namespaces) {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<String> NUMBERS = List.of("$numberInt", "$numberLong", "$numberDouble");

  static ExpectedState read(Path file) throws IOException {
    return of(JSON.readTree(file.toFile()));
  }

  static ExpectedState of(JsonNode state) {
    Map<String, JsonNode> namespaces = new TreeMap<>();
    for (Map.Entry<String, JsonNode> entry : state.get("namespaces").properties()) {
      namespaces.put(entry.getKey(), comparable(entry.getValue()));
    }
    JsonNode ts = state.get("ts");
    return new ExpectedState(Optime.of(ts.get("t").asLong(), ts.get("i").asLong()), namespaces);
  }

  private static JsonNode comparable(JsonNode node) {
    if (node.isNumber()) {
      return DecimalNode.valueOf(node.decimalValue().stripTrailingZeros());
    }
    if (node.isArray()) {
      ArrayNode array = JSON.createArrayNode();
      node.forEach(element -> array.add(comparable(element)));
      return array;
    }
    if (!node.isObject()) {
      return node;
    }
    if (node.size() == 1 && NUMBERS.contains(node.fieldNames().next())) {
      return DecimalNode.valueOf(
          new BigDecimal(node.elements().next().asText()).stripTrailingZeros());
    }
    ObjectNode object = JSON.createObjectNode();
    for (Map.Entry<String, JsonNode> field : node.properties()) {
      boolean ordered = field.getKey().equals("key");
      object.set(field.getKey(), ordered ? pairs(field.getValue()) : comparable(field.getValue()));
    }
    return object;
  }

  /** Fields as a list, in which order counts. */
  private static ArrayNode pairs(JsonNode document) {
    ArrayNode pairs = JSON.createArrayNode();
    for (Iterator<Map.Entry<String, JsonNode>> fields = document.properties().iterator();
        fields.hasNext(); ) {
      Map.Entry<String, JsonNode> field = fields.next();
      pairs.addArray().add(field.getKey()).add(comparable(field.getValue()));
    }
    return pairs;
  }
}
