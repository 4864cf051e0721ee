package dev.tidemark.restorer.merge;

import dev.tidemark.archive.dump.CollectionMetadata;
import java.util.Objects;

/**
 * A collection or view as it was at the target optime.
 *
 * @param source its namespace at the target optime
 * @param database the database it is restored to
 * @param name the name it is restored under, without the database
 * @param metadata its identity at the source, type, options and indexes
 */
public record RestoredCollection(
    String source, String database, String name, CollectionMetadata metadata) {

  public RestoredCollection {
    Objects.requireNonNull(source, "source");
    Objects.requireNonNull(database, "database");
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(metadata, "metadata");
  }

  public String namespace() {
    return database + "." + name;
  }
}
