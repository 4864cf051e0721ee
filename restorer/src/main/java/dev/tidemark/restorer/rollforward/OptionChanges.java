package dev.tidemark.restorer.rollforward;

import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.restorer.RestorerError;
import java.util.LinkedHashSet;
import java.util.Set;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.bson.BsonValue;

/** What a {@code collMod} has to say so that a collection gets other options. */
final class OptionChanges {

  /** Shown among the options of some servers, but none that a client could set. */
  private static final Set<String> SHOWN =
      Set.of("uuid", "temp", "autoIndexId", "recordIdsReplicated", "create");

  private OptionChanges() {}

  /**
   * The arguments of the command; empty if nothing has to change.
   *
   * @param where the collection, for messages
   * @throws TidemarkException REQUEST_NOT_SUPPORTED if no command makes that change
   */
  static BsonDocument between(BsonDocument now, BsonDocument wanted, String where) {
    BsonDocument changes = new BsonDocument();
    Set<String> names = new LinkedHashSet<>(now.keySet());
    names.addAll(wanted.keySet());
    names.removeAll(SHOWN);
    for (String name : names) {
      BsonValue value = wanted.get(name);
      if (value == null || !value.equals(now.get(name))) {
        change(changes, name, value, where);
      }
    }
    return changes;
  }

  private static void change(BsonDocument changes, String name, BsonValue value, String where) {
    switch (name) {
      case "validator" -> changes.append(name, value == null ? new BsonDocument() : value);
      case "validationLevel", "validationAction" -> {
        if (value == null) {
          throw unsupported(name, where);
        }
        changes.append(name, value);
      }
      case "size" -> changes.append("cappedSize", value);
      case "max" -> changes.append("cappedMax", value);
      case "recordPreImages" -> changes.append(name, value == null ? BsonBoolean.FALSE : value);
      case "changeStreamPreAndPostImages" ->
          changes.append(
              name, value == null ? new BsonDocument("enabled", BsonBoolean.FALSE) : value);
      case "expireAfterSeconds" ->
          changes.append(name, value == null ? new BsonString("off") : value);
      default -> throw unsupported(name, where);
    }
  }

  private static TidemarkException unsupported(String option, String where) {
    return new TidemarkException(
        RestorerError.REQUEST_NOT_SUPPORTED,
        "not supported yet: changing the option '" + option + "' while rolling forward",
        where,
        "Restore from a snapshot in the archive instead");
  }
}
