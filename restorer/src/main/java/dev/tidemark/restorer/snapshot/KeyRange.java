package dev.tidemark.restorer.snapshot;

import java.util.Optional;
import org.bson.BsonDocument;
import org.bson.BsonValue;

/**
 * A half-open range of {@code _id}: from {@code min}, inclusive, to {@code max}, exclusive, in the
 * order of the index. A missing bound is no bound, so that the outermost ranges hold keys of every
 * type.
 */
record KeyRange(Optional<BsonValue> min, Optional<BsonValue> max) {

  /** Everything. */
  static final KeyRange ALL = new KeyRange(Optional.empty(), Optional.empty());

  /** The rest of this range from a key on, which is given once more. */
  KeyRange from(BsonValue key) {
    return new KeyRange(Optional.of(key), max);
  }

  /** Adds the bounds to a find command. */
  void limit(BsonDocument find) {
    min.ifPresent(key -> find.append("min", new BsonDocument("_id", key)));
    max.ifPresent(key -> find.append("max", new BsonDocument("_id", key)));
  }
}
