package dev.tidemark.archive.dump;

import dev.tidemark.archive.error.ArchiveError;
import dev.tidemark.archive.error.ArchiveException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.bson.BsonValue;
import org.bson.json.JsonMode;
import org.bson.json.JsonWriterSettings;

/**
 * The metadata file of a collection: MongoDB Extended JSON, read in its canonical and its relaxed
 * form and written in the canonical one.
 *
 * <pre>
 * {"options":{},"indexes":[{"v":{"$numberInt":"2"},"key":{"_id":{"$numberInt":"1"}},"name":"_id_"}],
 * "uuid":"699f503df64b4aa8a484a8052046fa3a","collectionName":"orders","type":"collection"}</pre>
 */
public final class MetadataJson {

  private static final JsonWriterSettings CANONICAL =
      JsonWriterSettings.builder().outputMode(JsonMode.EXTENDED).build();

  /**
   * A metadata file's content.
   *
   * @param collectionName the full name; older tools do not write it
   */
  public record Parsed(Optional<String> collectionName, CollectionMetadata metadata) {}

  private MetadataJson() {}

  /** Reads a file's content; {@code where} names the file in messages. */
  public static Parsed parse(String json, String where) {
    if (json.isBlank()) {
      return new Parsed(Optional.empty(), CollectionMetadata.unknown());
    }
    try {
      BsonDocument root = ExtendedJson.parse(json);
      BsonDocument options = root.getDocument("options", new BsonDocument());
      List<BsonDocument> indexes = new ArrayList<>();
      for (BsonValue index : root.getArray("indexes", new BsonArray())) {
        indexes.add(index.asDocument());
      }
      Optional<UUID> uuid =
          text(root, "uuid").filter(hex -> !hex.isEmpty()).map(MetadataJson::uuid);
      return new Parsed(
          text(root, "collectionName").filter(name -> !name.isEmpty()),
          new CollectionMetadata(type(root, options), options, indexes, uuid));
    } catch (RuntimeException e) {
      // Readers of JSON and of single values fail in many ways.
      throw new ArchiveException(
          ArchiveError.DUMP_MALFORMED,
          "the metadata cannot be read: "
              + String.valueOf(e.getMessage()).lines().findFirst().orElse(""),
          where,
          "Take the dump again, or repair the file",
          e);
    }
  }

  /** The content of the file of a collection. */
  public static String print(String collectionName, CollectionMetadata metadata) {
    BsonArray indexes = new BsonArray();
    indexes.addAll(metadata.indexes());
    BsonDocument root =
        new BsonDocument("options", metadata.options())
            .append("indexes", indexes)
            .append("uuid", new BsonString(metadata.uuid().map(MetadataJson::hex).orElse("")))
            .append("collectionName", new BsonString(collectionName))
            .append("type", new BsonString(metadata.type()));
    return root.toJson(CANONICAL);
  }

  private static String type(BsonDocument root, BsonDocument options) {
    return text(root, "type")
        .filter(type -> !type.isEmpty())
        .orElseGet(
            () -> {
              if (options.containsKey("viewOn")) {
                return CollectionMetadata.VIEW;
              }
              return options.containsKey("timeseries")
                  ? CollectionMetadata.TIMESERIES
                  : CollectionMetadata.COLLECTION;
            });
  }

  private static Optional<String> text(BsonDocument root, String field) {
    return root.containsKey(field) && root.get(field).isString()
        ? Optional.of(root.getString(field).getValue())
        : Optional.empty();
  }

  private static UUID uuid(String hex) {
    String digits = hex.replace("-", "");
    if (digits.length() != 32) {
      throw new IllegalArgumentException("'" + hex + "' is no UUID");
    }
    return new UUID(
        Long.parseUnsignedLong(digits, 0, 16, 16), Long.parseUnsignedLong(digits, 16, 32, 16));
  }

  private static String hex(UUID uuid) {
    return uuid.toString().replace("-", "");
  }
}
