package dev.tidemark.embedded.mongo;

import java.util.List;
import java.util.UUID;

/**
 * A collection or view that a simulated member holds as if it had been brought back from a copy of
 * its disk.
 *
 * @param namespace database and name
 * @param uuid its identity; of no meaning for a view
 * @param options as listCollections shows them, BSON; a view's have {@code viewOn} and {@code
 *     pipeline}
 * @param indexes specifications, BSON; the one of {@code _id} is there anyway
 * @param documents in natural order, BSON
 */
public record HeldCollection(
    String namespace, UUID uuid, byte[] options, List<byte[]> indexes, List<byte[]> documents) {

  public HeldCollection {
    indexes = List.copyOf(indexes);
    documents = List.copyOf(documents);
  }
}
