package dev.tidemark.restorer.merge;

import dev.tidemark.oplog.bson.BsonSlice;
import java.util.List;
import java.util.function.Predicate;

/** The documents of a base that can be asked for one by one, as those on a server. */
@FunctionalInterface
public interface BaseDocuments {

  /**
   * Reads documents by their {@code _id}.
   *
   * @param collection by the name that it has on the target by now
   * @param keys documents that hold an {@code _id} each
   * @param found told of every document that is there, in any order, until it says that it wants no
   *     more
   */
  void read(RestoredCollection collection, List<BsonSlice> keys, Predicate<BsonSlice> found);
}
