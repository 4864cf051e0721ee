package dev.tidemark.archive.dump;

import java.util.Objects;

/**
 * A collection or view in a dump.
 *
 * @param database its database
 * @param name its name, without the database
 * @param metadata what the dump says about it
 * @param hasDocuments whether the dump has a stream of documents for it; views have none, and of a
 *     time-series collection only the buckets have one
 */
public record DumpedCollection(
    String database, String name, CollectionMetadata metadata, boolean hasDocuments) {

  public DumpedCollection {
    Objects.requireNonNull(database, "database");
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(metadata, "metadata");
  }

  public String namespace() {
    return database + "." + name;
  }
}
