package dev.tidemark.archive.snapshot;

import dev.tidemark.archive.digest.DocumentSum;
import dev.tidemark.archive.dump.CollectionMetadata;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A collection or view of a snapshot.
 *
 * @param database its database when it was listed
 * @param name its name when it was listed, without the database
 * @param metadata identity, type, options and indexes, the same as in the metadata file
 * @param data its documents, compressed with gzip, one member or more a range; empty for views
 * @param metadataFile the metadata as mongorestore reads it
 * @param ranges its documents, in the order of the object
 */
public record SnapshotCollection(
    String database,
    String name,
    CollectionMetadata metadata,
    Optional<StoredObject> data,
    Optional<StoredObject> metadataFile,
    List<SnapshotRange> ranges) {

  public SnapshotCollection {
    Objects.requireNonNull(database, "database");
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(metadata, "metadata");
    Objects.requireNonNull(data, "data");
    Objects.requireNonNull(metadataFile, "metadataFile");
    ranges = List.copyOf(ranges);
  }

  public String namespace() {
    return database + "." + name;
  }

  /** The sum over all its documents. */
  public DocumentSum.Digest digest() {
    return ranges.stream()
        .map(SnapshotRange::digest)
        .reduce(DocumentSum.Digest.EMPTY, DocumentSum.Digest::plus);
  }
}
