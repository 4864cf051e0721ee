package dev.tidemark.schemas.json;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidemark.schemas.serde.TrustedRecords;
import java.io.IOException;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;

/**
 * Generated records as the JSON that people write: no type names around union values, instants in
 * ISO-8601, fields with a default may be left out.
 *
 * <p>For example <code>{"requestId":"r1","cluster":"shop","target":"scratch","to":"latest"}</code>
 * is a complete restore request. Thread-safe.
 */
public final class PlainJson {

  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private PlainJson() {}

  /**
   * Reads a record.
   *
   * @throws MalformedJsonException if it is not JSON, a field is missing, unknown or of another
   *     type
   */
  public static <T extends SpecificRecord> T read(byte[] json, Class<T> type) {
    JsonNode tree;
    try {
      tree = MAPPER.readTree(json);
    } catch (JsonProcessingException e) {
      throw new MalformedJsonException(
          "line " + e.getLocation().getLineNr() + ", column " + e.getLocation().getColumnNr(),
          "not valid JSON: " + e.getOriginalMessage(),
          e);
    } catch (IOException e) {
      throw new MalformedJsonException("$", "not readable: " + e.getMessage(), e);
    }
    return read(tree, type);
  }

  /** Like {@link #read(byte[], Class)}, of a tree that was parsed already. */
  public static <T extends SpecificRecord> T read(JsonNode json, Class<T> type) {
    TrustedRecords.trust();
    Schema schema = SpecificData.get().getSchema(type);
    return type.cast(JsonToDatum.record("$", json, schema));
  }

  /** The record as a JSON object with its fields in the schema's order. */
  public static ObjectNode write(SpecificRecord value) {
    return DatumToJson.record(value);
  }
}
