package dev.tidemark.oplog.catalog;

import java.util.Set;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonNumber;
import org.bson.BsonString;
import org.bson.BsonValue;

/**
 * Index specifications as a server of today would take them.
 *
 * <p>The order of their fields is kept, and a field that is changed moves to the end: this is what
 * servers do, and it shows in listIndexes.
 */
final class IndexSpecs {

  static final String ID_INDEX = "_id_";
  static final String EXPIRE_AFTER_SECONDS = "expireAfterSeconds";

  /** Where the index is, or how it was once built: no part of what it is. */
  private static final Set<String> DROPPED = Set.of("ns", "background", "safe", "dropDups");

  private IndexSpecs() {}

  /** A specification without the fields that mean nothing, as a document of its own. */
  static BsonDocument normalised(BsonDocument spec) {
    BsonDocument normalised = new BsonDocument();
    spec.forEach(
        (field, value) -> {
          if (!DROPPED.contains(field)) {
            normalised.append(
                field, field.equals(EXPIRE_AFTER_SECONDS) ? expireAfterSeconds(value) : value);
          }
        });
    return normalised;
  }

  /** The specification in a command, normalised; it must have a name. */
  static BsonDocument named(Command command, BsonDocument spec) {
    if (!spec.isString("name")) {
      throw command.malformed("an index has no name");
    }
    return normalised(spec);
  }

  /** The index that a collection has if its creation says nothing about it. */
  static BsonDocument idIndex(BsonValue collation) {
    BsonDocument spec =
        new BsonDocument("v", new BsonInt32(2))
            .append("key", new BsonDocument("_id", new BsonInt32(1)))
            .append("name", new BsonString(ID_INDEX));
    return collation == null ? spec : spec.append("collation", collation);
  }

  /** Whether the index comes with the collection and cannot be dropped on its own. */
  static boolean isPermanent(BsonDocument spec) {
    return spec.containsKey("clustered")
        || (spec.isDocument("key") && isIdKey(spec.getDocument("key")));
  }

  /** One on {@code {_id: "hashed"}} or {@code {_id: 2}} is an index like any other. */
  private static boolean isIdKey(BsonDocument key) {
    return key.size() == 1 && key.isNumber("_id") && Math.abs(key.getNumber("_id").intValue()) == 1;
  }

  /**
   * A time to live as an int32, in which servers keep it whatever the type in which it is logged.
   * Not a number means never, which the largest int32 stands for.
   */
  static BsonValue expireAfterSeconds(BsonValue value) {
    if (!value.isNumber()) {
      return value;
    }
    BsonNumber number = value.asNumber();
    if (value.isDouble() && Double.isNaN(number.doubleValue())) {
      return new BsonInt32(Integer.MAX_VALUE);
    }
    long seconds = number.longValue();
    return seconds == (int) seconds ? new BsonInt32((int) seconds) : new BsonInt64(seconds);
  }
}
