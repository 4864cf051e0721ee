package dev.tidemark.archive.dump;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.bson.BsonDocument;

/**
 * What a dump says about a collection besides its documents.
 *
 * @param type {@code collection}, {@code view} or {@code timeseries}
 * @param options as listCollections shows them; a view's have {@code viewOn} and {@code pipeline}
 * @param indexes the specifications of all indexes, that on {@code _id} included
 * @param uuid the collection's identity; views and dumps of old tools have none
 */
public record CollectionMetadata(
    String type, BsonDocument options, List<BsonDocument> indexes, Optional<UUID> uuid) {

  public static final String COLLECTION = "collection";
  public static final String VIEW = "view";
  public static final String TIMESERIES = "timeseries";

  public CollectionMetadata {
    Objects.requireNonNull(type, "type");
    Objects.requireNonNull(options, "options");
    Objects.requireNonNull(uuid, "uuid");
    indexes = List.copyOf(indexes);
  }

  /** What is known of a collection whose metadata file is missing. */
  public static CollectionMetadata unknown() {
    return new CollectionMetadata(COLLECTION, new BsonDocument(), List.of(), Optional.empty());
  }

  public boolean isView() {
    return type.equals(VIEW);
  }

  public boolean isTimeseries() {
    return type.equals(TIMESERIES);
  }

  public boolean isCapped() {
    return options.containsKey("capped")
        && options.get("capped").isBoolean()
        && options.getBoolean("capped").getValue();
  }
}
