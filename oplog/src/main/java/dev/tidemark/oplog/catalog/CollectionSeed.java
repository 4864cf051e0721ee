package dev.tidemark.oplog.catalog;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.bson.BsonDocument;

/**
 * A collection, view or time-series collection as the base lists it.
 *
 * @param namespace database and collection
 * @param dataNamespace where its documents lie: for a time-series collection usually that of its
 *     buckets, else the namespace itself
 * @param uuid the identity of the collection that holds the documents, if the base knows it
 * @param options as listCollections shows them, for a view {@code viewOn} and {@code pipeline}
 * @param indexes all of them, that on {@code _id} included; of a time-series collection those that
 *     its users see
 */
public record CollectionSeed(
    String namespace,
    String dataNamespace,
    CollectionType type,
    Optional<UUID> uuid,
    BsonDocument options,
    List<BsonDocument> indexes) {

  public CollectionSeed {
    Objects.requireNonNull(namespace, "namespace");
    Objects.requireNonNull(dataNamespace, "dataNamespace");
    Objects.requireNonNull(type, "type");
    Objects.requireNonNull(uuid, "uuid");
    Objects.requireNonNull(options, "options");
    indexes = List.copyOf(indexes);
  }

  /** A seed whose documents lie where they do on every server up to 8.2. */
  public static CollectionSeed of(
      String namespace,
      CollectionType type,
      Optional<UUID> uuid,
      BsonDocument options,
      List<BsonDocument> indexes) {
    String data = type == CollectionType.TIMESERIES ? Timeseries.bucketsOf(namespace) : namespace;
    return new CollectionSeed(namespace, data, type, uuid, options, indexes);
  }
}
