package dev.tidemark.archive.snapshot;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidemark.archive.digest.DocumentSum;
import dev.tidemark.archive.dump.CollectionMetadata;
import dev.tidemark.archive.key.ReplicaSetRef;
import dev.tidemark.oplog.optime.Optime;
import dev.tidemark.schemas.archive.SnapshotKind;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.bson.BsonDocument;
import org.bson.BsonValue;

/**
 * Reads what {@link ManifestWriter} laid out. Fields it does not know are passed over; what is
 * missing fails with an {@link IllegalArgumentException}.
 */
final class ManifestReader {

  SnapshotManifest read(JsonNode node) {
    return new SnapshotManifest(
        text(node, "id"),
        text(node, "cluster"),
        SnapshotKind.valueOf(text(node, "kind")),
        Instant.parse(text(node, "startedAt")),
        Instant.parse(text(node, "completedAt")),
        list(node, "sets", ManifestReader::set),
        optional(node, "location", JsonNode::textValue));
  }

  private static SnapshotSetManifest set(JsonNode node) {
    return new SnapshotSetManifest(
        new ReplicaSetRef(text(node, "name"), text(node, "setId")),
        text(node, "member"),
        text(node, "serverVersion"),
        text(node, "featureVersion"),
        Optime.parse(text(node, "fetchStart")),
        Optime.parse(text(node, "start")),
        Optime.parse(text(node, "end")),
        list(node, "collections", ManifestReader::collection),
        optional(
            node,
            "oplog",
            oplog -> new SnapshotOplog(object(oplog), digest(required(oplog, "digest")))));
  }

  private static SnapshotCollection collection(JsonNode node) {
    return new SnapshotCollection(
        text(node, "database"),
        text(node, "name"),
        new CollectionMetadata(
            text(node, "type"),
            document(required(node, "options")),
            list(node, "indexes", ManifestReader::document),
            optional(node, "uuid", uuid -> UUID.fromString(uuid.textValue()))),
        optional(node, "data", ManifestReader::object),
        optional(node, "metadata", ManifestReader::object),
        list(node, "ranges", ManifestReader::range));
  }

  private static SnapshotRange range(JsonNode node) {
    return new SnapshotRange(
        optional(node, "min", ManifestReader::value),
        optional(node, "max", ManifestReader::value),
        number(node, "offset"),
        number(node, "bytes"),
        crc(node),
        Optime.parse(text(node, "watermark")),
        Optime.parse(text(node, "operationTime")),
        digest(required(node, "digest")));
  }

  private static StoredObject object(JsonNode node) {
    return new StoredObject(text(node, "key"), number(node, "bytes"), crc(node));
  }

  private static long crc(JsonNode node) {
    return node.path("crc32c").asLong(StoredObject.CRC_UNKNOWN);
  }

  private static DocumentSum.Digest digest(JsonNode node) {
    return DocumentSum.Digest.of(
        number(node, "count"), number(node, "bytes"), text(node, "xxh3Sum"));
  }

  private static BsonDocument document(JsonNode node) {
    return BsonDocument.parse(node.toString());
  }

  private static BsonValue value(JsonNode node) {
    return document(node).get("_id");
  }

  private static JsonNode required(JsonNode node, String field) {
    JsonNode value = node.get(field);
    if (value == null) {
      throw new IllegalArgumentException("'" + field + "' is missing");
    }
    return value;
  }

  private static String text(JsonNode node, String field) {
    JsonNode value = required(node, field);
    if (!value.isTextual()) {
      throw new IllegalArgumentException("'" + field + "' is no text");
    }
    return value.textValue();
  }

  private static long number(JsonNode node, String field) {
    JsonNode value = required(node, field);
    if (!value.isIntegralNumber() || !value.canConvertToLong()) {
      throw new IllegalArgumentException("'" + field + "' is no whole number");
    }
    return value.longValue();
  }

  private static <T> List<T> list(JsonNode node, String field, Function<JsonNode, T> element) {
    JsonNode values = required(node, field);
    List<T> list = new ArrayList<>(values.size());
    values.forEach(value -> list.add(element.apply(value)));
    return list;
  }

  private static <T> Optional<T> optional(JsonNode node, String field, Function<JsonNode, T> read) {
    return Optional.ofNullable(node.get(field)).map(read);
  }
}
