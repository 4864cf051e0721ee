package dev.tidemark.restorer.merge;

import dev.tidemark.archive.dump.CollectionMetadata;
import java.util.List;
import java.util.Objects;

/**
 * A collection or view of a base.
 *
 * @param database its database when the base was taken
 * @param name its name when the base was taken, without the database
 * @param metadata its identity, type, options and indexes
 * @param ranges its documents; those of a capped collection are one range in natural order
 */
public record BaseCollection(
    String database, String name, CollectionMetadata metadata, List<BaseRange> ranges) {

  public BaseCollection {
    Objects.requireNonNull(database, "database");
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(metadata, "metadata");
    ranges = List.copyOf(ranges);
  }

  public String namespace() {
    return database + "." + name;
  }
}
