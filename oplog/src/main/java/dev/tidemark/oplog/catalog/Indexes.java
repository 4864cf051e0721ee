package dev.tidemark.oplog.catalog;

import java.util.ArrayList;
import java.util.List;
import org.bson.BsonDocument;
import org.bson.BsonNumber;
import org.bson.BsonString;
import org.bson.BsonValue;

/** The indexes of one collection, in the order in which they were made. Not thread-safe. */
final class Indexes {

  private final List<BsonDocument> specs = new ArrayList<>();

  /** Adds an index; one of the same name is replaced in its place. */
  void put(BsonDocument spec) {
    int at = spec.isString("name") ? find(spec.getString("name").getValue()) : -1;
    if (at < 0) {
      specs.add(spec);
    } else {
      specs.set(at, spec);
    }
  }

  /** Removes the index of this name and tells whether there was one. */
  boolean remove(String name) {
    return specs.removeIf(spec -> hasName(spec, name) && !IndexSpecs.isPermanent(spec));
  }

  /** Removes the indexes on exactly these fields and tells whether there were any. */
  boolean remove(BsonDocument key) {
    return specs.removeIf(spec -> hasKey(spec, key) && !IndexSpecs.isPermanent(spec));
  }

  /** Removes all but what comes with the collection. */
  void removeAll() {
    specs.removeIf(spec -> !IndexSpecs.isPermanent(spec));
  }

  /** The index of this name, or null. */
  BsonDocument get(String name) {
    int at = find(name);
    return at < 0 ? null : specs.get(at);
  }

  /** The first index on exactly these fields, or null. */
  BsonDocument get(BsonDocument key) {
    return specs.stream().filter(spec -> hasKey(spec, key)).findFirst().orElse(null);
  }

  List<BsonDocument> specs() {
    return List.copyOf(specs);
  }

  private int find(String name) {
    for (int i = 0; i < specs.size(); i++) {
      if (hasName(specs.get(i), name)) {
        return i;
      }
    }
    return -1;
  }

  private static boolean hasName(BsonDocument spec, String name) {
    return new BsonString(name).equals(spec.get("name"));
  }

  private static boolean hasKey(BsonDocument spec, BsonDocument key) {
    return spec.isDocument("key") && sameKey(spec.getDocument("key"), key);
  }

  /** The same fields in the same order; numbers of different types are the same direction. */
  private static boolean sameKey(BsonDocument one, BsonDocument other) {
    if (!List.copyOf(one.keySet()).equals(List.copyOf(other.keySet()))) {
      return false;
    }
    return one.entrySet().stream()
        .allMatch(field -> sameDirection(field.getValue(), other.get(field.getKey())));
  }

  private static boolean sameDirection(BsonValue one, BsonValue other) {
    if (one instanceof BsonNumber number && other instanceof BsonNumber that) {
      return number.doubleValue() == that.doubleValue();
    }
    return one.equals(other);
  }
}
