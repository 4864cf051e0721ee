package dev.tidemark.schemas.json;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.ByteBuffer;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.Schema.Field;
import org.apache.avro.generic.IndexedRecord;
import org.apache.avro.specific.SpecificData;

/** Builds Avro data from JSON by a schema; {@code path} is where in the JSON, for messages. */
final class JsonToDatum {

  private JsonToDatum() {}

  static IndexedRecord record(String path, JsonNode json, Schema schema) {
    if (!json.isObject()) {
      throw expected(path, "an object", json);
    }
    refuseUnknown(path, json, schema);
    IndexedRecord record = (IndexedRecord) SpecificData.get().newRecord(null, schema);
    for (Field field : schema.getFields()) {
      JsonNode value = json.get(field.name());
      if (value != null) {
        record.put(field.pos(), datum(path + "." + field.name(), value, field.schema()));
      } else if (field.hasDefaultValue()) {
        // Defaults are cached by Avro: every record gets its own.
        record.put(
            field.pos(),
            SpecificData.get().deepCopy(field.schema(), SpecificData.get().getDefaultValue(field)));
      } else {
        throw new MalformedJsonException(
            path, "'" + field.name() + "' is missing: " + documentation(field));
      }
    }
    return record;
  }

  private static void refuseUnknown(String path, JsonNode json, Schema schema) {
    for (Iterator<String> names = json.fieldNames(); names.hasNext(); ) {
      String name = names.next();
      if (schema.getField(name) == null) {
        throw new MalformedJsonException(
            path,
            "'%s' is not a field of %s; its fields are %s"
                .formatted(
                    name,
                    schema.getName(),
                    schema.getFields().stream()
                        .map(Field::name)
                        .collect(Collectors.joining(", "))));
      }
    }
  }

  private static String documentation(Field field) {
    return field.doc() == null ? "a " + field.schema().getType().getName() : field.doc();
  }

  private static Object datum(String path, JsonNode json, Schema schema) {
    switch (schema.getType()) {
      case UNION:
        return union(path, json, schema);
      case RECORD:
        return record(path, json, schema);
      case ENUM:
        return symbol(path, json, schema);
      case ARRAY:
        return array(path, json, schema);
      case MAP:
        return map(path, json, schema);
      case STRING:
        return text(path, json);
      case BYTES:
        return bytes(path, json);
      case BOOLEAN:
        if (json.isBoolean()) {
          return json.booleanValue();
        }
        throw expected(path, "true or false", json);
      case INT:
        if (json.isIntegralNumber() && json.canConvertToInt()) {
          return json.intValue();
        }
        throw expected(path, "an integer of 32 bits", json);
      case LONG:
        return schema.getLogicalType() instanceof LogicalTypes.TimestampMillis
            ? instant(path, json)
            : integer(path, json);
      case DOUBLE:
        if (json.isNumber()) {
          return json.doubleValue();
        }
        throw expected(path, "a number", json);
      default:
        throw new IllegalArgumentException(
            "not supported yet: " + schema.getType() + " in JSON (" + path + ")");
    }
  }

  private static Object union(String path, JsonNode json, Schema schema) {
    if (json.isNull() && schema.isNullable()) {
      return null;
    }
    List<Schema> values =
        schema.getTypes().stream().filter(s -> s.getType() != Schema.Type.NULL).toList();
    if (values.size() != 1) {
      throw new IllegalArgumentException(
          "not supported yet: unions of several types (" + path + ")");
    }
    return datum(path, json, values.get(0));
  }

  private static Object symbol(String path, JsonNode json, Schema schema) {
    if (!json.isTextual() || !schema.hasEnumSymbol(json.textValue())) {
      throw expected(path, "one of " + new TreeSet<>(schema.getEnumSymbols()), json);
    }
    return SpecificData.get().createEnum(json.textValue(), schema);
  }

  private static List<Object> array(String path, JsonNode json, Schema schema) {
    if (!json.isArray()) {
      throw expected(path, "an array", json);
    }
    List<Object> values = new ArrayList<>(json.size());
    for (JsonNode element : json) {
      values.add(datum(path + "[" + values.size() + "]", element, schema.getElementType()));
    }
    return values;
  }

  private static Map<String, Object> map(String path, JsonNode json, Schema schema) {
    if (!json.isObject()) {
      throw expected(path, "an object", json);
    }
    Map<String, Object> values = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> entry : json.properties()) {
      String at = path + "['" + entry.getKey() + "']";
      values.put(entry.getKey(), datum(at, entry.getValue(), schema.getValueType()));
    }
    return values;
  }

  private static String text(String path, JsonNode json) {
    if (!json.isTextual()) {
      throw expected(path, "a string", json);
    }
    return json.textValue();
  }

  private static ByteBuffer bytes(String path, JsonNode json) {
    try {
      return ByteBuffer.wrap(Base64.getDecoder().decode(text(path, json)));
    } catch (IllegalArgumentException e) {
      throw new MalformedJsonException(path, "expected Base64", e);
    }
  }

  private static long integer(String path, JsonNode json) {
    if (!json.isIntegralNumber() || !json.canConvertToLong()) {
      throw expected(path, "an integer", json);
    }
    return json.longValue();
  }

  private static Instant instant(String path, JsonNode json) {
    if (json.isIntegralNumber()) {
      return Instant.ofEpochMilli(integer(path, json));
    }
    try {
      return Instant.parse(text(path, json));
    } catch (DateTimeException e) {
      throw new MalformedJsonException(
          path, "expected an instant such as 2026-11-22T13:00:00Z, or milliseconds", e);
    }
  }

  private static MalformedJsonException expected(String path, String what, JsonNode found) {
    return new MalformedJsonException(path, "expected " + what + ", found " + found.getNodeType());
  }
}
