package dev.tidemark.archive.dump;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Map;
import java.util.Set;
import org.bson.BsonArray;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonDouble;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonNull;
import org.bson.BsonString;
import org.bson.BsonValue;

/**
 * MongoDB Extended JSON, canonical or relaxed, as metadata files hold it.
 *
 * <p>The driver's reader also knows the older form of regular expressions, {@code {"$regex": "^a",
 * "$options": "i"}}, which in validators, partial indexes and pipelines of views is a query
 * operator and a document. Here it stays one; what a value is only says its type's own key.
 */
final class ExtendedJson {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** First keys of objects that stand for a value of one BSON type. */
  private static final Set<String> TYPES =
      Set.of(
          "$numberInt",
          "$numberLong",
          "$numberDouble",
          "$numberDecimal",
          "$oid",
          "$symbol",
          "$binary",
          "$uuid",
          "$code",
          "$timestamp",
          "$regularExpression",
          "$dbPointer",
          "$date",
          "$minKey",
          "$maxKey",
          "$undefined");

  private ExtendedJson() {}

  /**
   * Reads a document.
   *
   * @throws org.bson.json.JsonParseException and other runtime exceptions of the driver's reader
   */
  static BsonDocument parse(String text) {
    JsonNode root;
    try {
      root = JSON.readTree(text);
    } catch (JsonProcessingException notStrict) {
      // The oldest tools wrote what only the shell reads, such as Timestamp(1, 2).
      return BsonDocument.parse(text);
    }
    return root.isObject() ? document(root) : BsonDocument.parse(text);
  }

  private static BsonDocument document(JsonNode object) {
    BsonDocument document = new BsonDocument();
    for (Map.Entry<String, JsonNode> field : object.properties()) {
      document.put(field.getKey(), value(field.getValue()));
    }
    return document;
  }

  private static BsonValue value(JsonNode node) {
    return switch (node.getNodeType()) {
      case OBJECT -> isTyped(node) ? typed(node) : document(node);
      case ARRAY -> {
        BsonArray array = new BsonArray();
        node.forEach(element -> array.add(value(element)));
        yield array;
      }
      case STRING -> new BsonString(node.textValue());
      case BOOLEAN -> BsonBoolean.valueOf(node.booleanValue());
      case NULL -> BsonNull.VALUE;
      case NUMBER -> number(node);
      default -> throw new IllegalArgumentException("no JSON: " + node);
    };
  }

  private static boolean isTyped(JsonNode object) {
    return !object.isEmpty() && TYPES.contains(object.fieldNames().next());
  }

  private static BsonValue typed(JsonNode object) {
    return BsonDocument.parse("{\"value\": " + object + "}").get("value");
  }

  private static BsonValue number(JsonNode number) {
    if (number.canConvertToInt() && number.isIntegralNumber()) {
      return new BsonInt32(number.intValue());
    }
    return number.isIntegralNumber() && number.canConvertToLong()
        ? new BsonInt64(number.longValue())
        : new BsonDouble(number.doubleValue());
  }
}
