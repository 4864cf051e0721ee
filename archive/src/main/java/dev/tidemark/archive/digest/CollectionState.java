package dev.tidemark.archive.digest;

import java.util.List;
import java.util.Optional;
import org.bson.BsonDocument;

/**
 * The logical state of one namespace.
 *
 * @param type {@code collection}, {@code view} or {@code timeseries}
 * @param options as listCollections shows them
 * @param indexes specifications without what a server adds for itself, ordered by name
 * @param content the documents; a view has none
 */
public record CollectionState(
    String type, BsonDocument options, List<BsonDocument> indexes, Optional<Content> content) {

  public CollectionState {
    indexes = List.copyOf(indexes);
  }

  /**
   * The documents of a namespace. For time-series collections these are the buckets.
   *
   * @param count documents
   * @param bytes bytes of all documents
   * @param sorted SHA-256, in hexadecimal digits, of all documents sorted as unsigned byte strings
   * @param inOrder the same in the order of the dump, for capped collections, where order is data
   */
  public record Content(long count, long bytes, String sorted, Optional<String> inOrder) {}
}
