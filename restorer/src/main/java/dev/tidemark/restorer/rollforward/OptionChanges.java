package dev.tidemark.restorer.rollforward;

import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.restorer.RestorerError;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonInt64;
import org.bson.BsonString;
import org.bson.BsonValue;

/** What a {@code collMod} has to say so that a collection gets other options. */
final class OptionChanges {

  /** Shown among the options of some servers, but none that a client could set. */
  private static final Set<String> SHOWN =
      Set.of("uuid", "temp", "autoIndexId", "recordIdsReplicated", "create");

  private static final String TIMESERIES = "timeseries";
  private static final String GRANULARITY = "granularity";
  private static final String SPAN = "bucketMaxSpanSeconds";
  private static final String ROUNDING = "bucketRoundingSeconds";
  private static final BsonInt64 UNLIMITED = new BsonInt64(0);
  private static final BsonString STRICT = new BsonString("strict");
  private static final BsonString ERROR = new BsonString("error");

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
      if (name.equals(TIMESERIES)) {
        changeTimeseries(changes, now.get(name), value, where);
      } else if (value == null || !value.equals(now.get(name))) {
        change(changes, name, value, where);
      }
    }
    return changes;
  }

  private static void change(BsonDocument changes, String name, BsonValue value, String where) {
    switch (name) {
      case "validator" -> changes.append(name, value == null ? new BsonDocument() : value);
      // A server never takes these away again; what it does without them, it does with these.
      case "validationLevel" -> changes.append(name, value == null ? STRICT : value);
      case "validationAction" -> changes.append(name, value == null ? ERROR : value);
      case "size" -> changes.append("cappedSize", value);
      case "max" -> changes.append("cappedMax", value == null ? UNLIMITED : value);
      case "recordPreImages" -> changes.append(name, value == null ? BsonBoolean.FALSE : value);
      case "changeStreamPreAndPostImages" ->
          changes.append(
              name, value == null ? new BsonDocument("enabled", BsonBoolean.FALSE) : value);
      case "expireAfterSeconds" ->
          changes.append(name, value == null ? new BsonString("off") : value);
      default -> throw unsupported(name, where);
    }
  }

  /**
   * The size of the buckets to come is all that can change of a time-series collection: by a
   * granularity, or by two numbers that belong together.
   */
  private static void changeTimeseries(
      BsonDocument changes, BsonValue now, BsonValue wanted, String where) {
    if (!(now instanceof BsonDocument before) || !(wanted instanceof BsonDocument after)) {
      throw unsupported(TIMESERIES, where);
    }
    for (String fixed : List.of("timeField", "metaField")) {
      if (!Objects.equals(before.get(fixed), after.get(fixed))) {
        throw unsupported(TIMESERIES + "." + fixed, where);
      }
    }
    BsonDocument change = new BsonDocument();
    if (after.isString(GRANULARITY)) {
      if (!after.get(GRANULARITY).equals(before.get(GRANULARITY))) {
        change.append(GRANULARITY, after.get(GRANULARITY));
      }
    } else if (!sameNumber(before, after, SPAN) || !sameNumber(before, after, ROUNDING)) {
      for (String number : List.of(SPAN, ROUNDING)) {
        if (after.isNumber(number)) {
          change.append(number, after.get(number));
        }
      }
    }
    if (!change.isEmpty()) {
      changes.append(TIMESERIES, change);
    }
  }

  /** Servers list as an int what their oplogs may hold as a long. */
  private static boolean sameNumber(BsonDocument one, BsonDocument other, String name) {
    return (one.isNumber(name) && other.isNumber(name))
        ? one.getNumber(name).longValue() == other.getNumber(name).longValue()
        : Objects.equals(one.get(name), other.get(name));
  }

  private static TidemarkException unsupported(String option, String where) {
    return new TidemarkException(
        RestorerError.REQUEST_NOT_SUPPORTED,
        "no command of a server changes the option '" + option + "' of a collection that exists",
        where,
        "Restore from a snapshot in the archive instead");
  }
}
