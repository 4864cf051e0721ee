package dev.tidemark.archive.snapshot;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidemark.archive.digest.DocumentSum;
import dev.tidemark.archive.dump.CollectionMetadata;
import java.util.UUID;
import org.bson.BsonDocument;
import org.bson.BsonValue;
import org.bson.json.JsonMode;
import org.bson.json.JsonWriterSettings;

/** Lays a manifest out as JSON; BSON values stand in it as canonical Extended JSON. */
final class ManifestWriter {

  private static final JsonWriterSettings CANONICAL =
      JsonWriterSettings.builder().outputMode(JsonMode.EXTENDED).build();

  private final JsonMapper mapper;

  ManifestWriter(JsonMapper mapper) {
    this.mapper = mapper;
  }

  ObjectNode write(SnapshotManifest manifest) {
    ObjectNode node = mapper.createObjectNode();
    node.put("id", manifest.snapshotId());
    node.put("cluster", manifest.cluster());
    node.put("kind", manifest.kind().name());
    node.put("startedAt", manifest.startedAt().toString());
    node.put("completedAt", manifest.completedAt().toString());
    manifest.location().ifPresent(location -> node.put("location", location));
    ArrayNode sets = node.putArray("sets");
    manifest.sets().forEach(set -> sets.add(set(set)));
    return node;
  }

  private ObjectNode set(SnapshotSetManifest set) {
    ObjectNode node = mapper.createObjectNode();
    node.put("name", set.set().name());
    node.put("setId", set.set().setId());
    node.put("member", set.member());
    node.put("serverVersion", set.serverVersion());
    node.put("featureVersion", set.featureVersion());
    node.put("fetchStart", set.fetchStart().toString());
    node.put("start", set.start().toString());
    node.put("end", set.end().toString());
    set.oplog()
        .ifPresent(
            oplog -> {
              ObjectNode entries = object(oplog.object());
              entries.set("digest", digest(oplog.digest()));
              node.set("oplog", entries);
            });
    ArrayNode collections = node.putArray("collections");
    set.collections().forEach(collection -> collections.add(collection(collection)));
    return node;
  }

  private ObjectNode object(StoredObject object) {
    ObjectNode node = mapper.createObjectNode();
    node.put("key", object.key());
    node.put("bytes", object.bytes());
    putCrc(node, object.crc32c());
    return node;
  }

  private static void putCrc(ObjectNode node, long crc32c) {
    if (crc32c != StoredObject.CRC_UNKNOWN) {
      node.put("crc32c", crc32c);
    }
  }

  private ObjectNode digest(DocumentSum.Digest digest) {
    ObjectNode node = mapper.createObjectNode();
    node.put("count", digest.count());
    node.put("bytes", digest.bytes());
    node.put("xxh3Sum", digest.hex());
    return node;
  }

  private ObjectNode collection(SnapshotCollection collection) {
    ObjectNode node = mapper.createObjectNode();
    node.put("database", collection.database());
    node.put("name", collection.name());
    CollectionMetadata metadata = collection.metadata();
    node.put("type", metadata.type());
    metadata.uuid().map(UUID::toString).ifPresent(uuid -> node.put("uuid", uuid));
    node.set("options", extended(metadata.options()));
    ArrayNode indexes = node.putArray("indexes");
    metadata.indexes().forEach(index -> indexes.add(extended(index)));
    collection.data().ifPresent(data -> node.set("data", object(data)));
    collection.metadataFile().ifPresent(file -> node.set("metadata", object(file)));
    ArrayNode ranges = node.putArray("ranges");
    collection.ranges().forEach(range -> ranges.add(range(range)));
    return node;
  }

  private ObjectNode range(SnapshotRange range) {
    ObjectNode node = mapper.createObjectNode();
    range.min().ifPresent(key -> node.set("min", value(key)));
    range.max().ifPresent(key -> node.set("max", value(key)));
    node.put("offset", range.offset());
    node.put("bytes", range.storedBytes());
    putCrc(node, range.crc32c());
    node.put("watermark", range.watermark().toString());
    node.put("operationTime", range.operationTime().toString());
    node.set("digest", digest(range.digest()));
    return node;
  }

  /** A value alone has no Extended JSON: it stands in a document. */
  private JsonNode value(BsonValue value) {
    return extended(new BsonDocument("_id", value));
  }

  private JsonNode extended(BsonDocument document) {
    try {
      return mapper.readTree(document.toJson(CANONICAL));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Extended JSON is JSON", e);
    }
  }
}
