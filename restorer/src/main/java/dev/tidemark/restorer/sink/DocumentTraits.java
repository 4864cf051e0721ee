package dev.tidemark.restorer.sink;

import dev.tidemark.oplog.bson.BsonCursor;
import dev.tidemark.oplog.bson.BsonSlice;
import dev.tidemark.oplog.bson.BsonTag;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What in a document a server might change or refuse when it is inserted. */
final class DocumentTraits {

  private DocumentTraits() {}

  /** Whether a top-level field other than {@code _id} is {@code Timestamp(0, 0)}. */
  static boolean hasEmptyTimestamp(BsonSlice document) {
    BsonCursor cursor = document.cursor();
    while (cursor.next()) {
      if (cursor.tag() == BsonTag.TIMESTAMP && cursor.timestamp() == 0 && !cursor.nameIs("_id")) {
        return true;
      }
    }
    return false;
  }

  /** The names of those fields; empty if one of the names occurs twice or is no plain path. */
  static List<String> emptyTimestamps(BsonSlice document) {
    Set<String> empty = new HashSet<>();
    Map<String, Integer> names = new HashMap<>();
    BsonCursor cursor = document.cursor();
    while (cursor.next()) {
      names.merge(cursor.name(), 1, Integer::sum);
      if (cursor.tag() == BsonTag.TIMESTAMP && cursor.timestamp() == 0 && !cursor.nameIs("_id")) {
        empty.add(cursor.name());
      }
    }
    boolean addressable =
        empty.stream()
            .allMatch(
                name ->
                    names.get(name) == 1
                        && !name.isEmpty()
                        && !name.startsWith("$")
                        && name.indexOf('.') < 0);
    return addressable ? List.copyOf(empty) : List.of();
  }

  /** Whether a top-level name begins with a dollar. */
  static boolean hasDollarName(BsonSlice document) {
    BsonCursor cursor = document.cursor();
    while (cursor.next()) {
      if (cursor.nameLength() > 0 && cursor.array()[cursor.nameOffset()] == '$') {
        return true;
      }
    }
    return false;
  }
}
