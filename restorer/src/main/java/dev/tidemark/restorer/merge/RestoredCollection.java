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
 * @param revived whether it exists only because its end was left out; something newer may have the
 *     same source
 */
public record RestoredCollection(
    String source, String database, String name, CollectionMetadata metadata, boolean revived) {

  public RestoredCollection {
    Objects.requireNonNull(source, "source");
    Objects.requireNonNull(database, "database");
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(metadata, "metadata");
  }

  /** One that exists at the source too. */
  public RestoredCollection(
      String source, String database, String name, CollectionMetadata metadata) {
    this(source, database, name, metadata, false);
  }

  /** The same under another name. */
  public RestoredCollection as(String namespace) {
    int dot = namespace.indexOf('.');
    return new RestoredCollection(
        source, namespace.substring(0, dot), namespace.substring(dot + 1), metadata, revived);
  }

  public String namespace() {
    return database + "." + name;
  }
}
