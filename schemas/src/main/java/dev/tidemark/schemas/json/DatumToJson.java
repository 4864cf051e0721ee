package dev.tidemark.schemas.json;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.Collection;
import java.util.Map;
import org.apache.avro.Schema.Field;
import org.apache.avro.generic.IndexedRecord;

/** Turns Avro data into JSON. */
final class DatumToJson {

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private DatumToJson() {}

  static ObjectNode record(IndexedRecord record) {
    ObjectNode object = NODES.objectNode();
    for (Field field : record.getSchema().getFields()) {
      object.set(field.name(), node(record.get(field.pos())));
    }
    return object;
  }

  private static JsonNode node(Object datum) {
    if (datum == null) {
      return NODES.nullNode();
    } else if (datum instanceof IndexedRecord record) {
      return record(record);
    } else if (datum instanceof Collection<?> collection) {
      ArrayNode array = NODES.arrayNode(collection.size());
      collection.forEach(element -> array.add(node(element)));
      return array;
    } else if (datum instanceof Map<?, ?> map) {
      ObjectNode object = NODES.objectNode();
      map.forEach((key, value) -> object.set(key.toString(), node(value)));
      return object;
    } else if (datum instanceof ByteBuffer buffer) {
      byte[] bytes = new byte[buffer.remaining()];
      buffer.duplicate().get(bytes);
      return NODES.textNode(Base64.getEncoder().encodeToString(bytes));
    } else if (datum instanceof Boolean flag) {
      return NODES.booleanNode(flag);
    } else if (datum instanceof Integer number) {
      return NODES.numberNode(number);
    } else if (datum instanceof Long number) {
      return NODES.numberNode(number);
    } else if (datum instanceof Double number) {
      return NODES.numberNode(number);
    }
    // Strings, enum symbols, and instants, whose text is ISO-8601.
    return NODES.textNode(datum.toString());
  }
}
