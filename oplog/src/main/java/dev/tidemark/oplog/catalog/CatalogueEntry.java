package dev.tidemark.oplog.catalog;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.bson.BsonDocument;
import org.bson.BsonValue;

/**
 * A collection, view or time-series collection that exists at a moment. The documents in it belong
 * to the catalogue: they must not be changed.
 *
 * @param id what {@link Catalogue#apply} calls it; null for views. It is the collection's UUID
 *     where the base or the oplog tells it, else made up
 * @param uuid the collection's UUID at its source, if known
 * @param namespace database and collection
 * @param dataNamespace where its documents lie; differs for time-series collections with buckets of
 *     their own
 * @param options as listCollections shows them
 * @param indexes specifications without what old servers added to them ({@code ns}, {@code
 *     background}, …); one with {@code clustered: true} is made by the collection's options
 * @param explained false if writes to the collection were seen, but neither the base holds it nor
 *     an entry creates it: the base is incomplete
 * @param revived whether it exists only because the operation that ended it was left out, so that
 *     something newer may have its name
 */
public record CatalogueEntry(
    UUID id,
    Optional<UUID> uuid,
    String namespace,
    String dataNamespace,
    CollectionType type,
    BsonDocument options,
    List<BsonDocument> indexes,
    boolean explained,
    boolean revived) {

  public CatalogueEntry {
    Objects.requireNonNull(uuid, "uuid");
    Objects.requireNonNull(namespace, "namespace");
    Objects.requireNonNull(dataNamespace, "dataNamespace");
    Objects.requireNonNull(type, "type");
    Objects.requireNonNull(options, "options");
    indexes = List.copyOf(indexes);
  }

  /** Whether insertion order and size limits are part of the collection's meaning. */
  public boolean isCapped() {
    BsonValue capped = options.get("capped");
    return capped != null && capped.isBoolean() && capped.asBoolean().getValue();
  }
}
