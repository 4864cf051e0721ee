package dev.tidemark.restorer.snapshot;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.bson.BsonDocument;
import org.bson.BsonValue;

/**
 * A collection or view of the source as it was listed.
 *
 * @param database its database
 * @param name its name at the time of the listing
 * @param type {@code collection}, {@code view} or {@code timeseries}
 * @param options as listCollections shows them
 * @param indexes all specifications, that of {@code _id} included
 * @param uuid by which it is read; a view has none
 */
public record SourceCollection(
    String database,
    String name,
    String type,
    BsonDocument options,
    List<BsonDocument> indexes,
    Optional<UUID> uuid) {

  static final String BUCKETS_PREFIX = "system.buckets.";

  /** Database and name. */
  public String namespace() {
    return database + "." + name;
  }

  /** Whether it has documents of its own to read. */
  boolean hasDocuments() {
    return uuid.isPresent();
  }

  /** Insertion order is part of its content. */
  boolean capped() {
    return isTrue(options.get("capped"));
  }

  /** Ordered by its cluster key, without an index on {@code _id}. */
  boolean clustered() {
    return options.containsKey("clusteredIndex");
  }

  /** Whether keys are ordered in another way than byte by byte. */
  boolean collated() {
    return options.isDocument("collation")
        && !options
            .getDocument("collation")
            .getString("locale", new org.bson.BsonString("simple"))
            .getValue()
            .equals("simple");
  }

  /** Whether it can be read in ranges of {@code _id}. */
  boolean splittable() {
    return !capped()
        && !collated()
        && (clustered() || indexes.stream().anyMatch(SourceCollection::onId));
  }

  private static boolean onId(BsonDocument index) {
    BsonDocument key = index.getDocument("key", new BsonDocument());
    return key.size() == 1 && key.containsKey("_id");
  }

  private static boolean isTrue(BsonValue value) {
    return value != null && value.isBoolean() && value.asBoolean().getValue();
  }
}
