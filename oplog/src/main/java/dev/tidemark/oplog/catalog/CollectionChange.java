package dev.tidemark.oplog.catalog;

import dev.tidemark.oplog.error.OplogError;
import java.util.Map;
import java.util.Set;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonInt64;
import org.bson.BsonNumber;
import org.bson.BsonString;
import org.bson.BsonValue;

/** Applies {@code collMod} as servers do. The documents that it changes are copies. */
final class CollectionChange {

  /**
   * Settings of old storage engines, notes of the server to itself, and arguments of any command.
   */
  private static final Set<String> IGNORED =
      Set.of(
          "noPadding",
          "usePowerOf2Sizes",
          "recordIdsReplicated",
          "timeseriesBucketsMayHaveMixedSchemaData",
          "timeseriesBucketingParametersHaveChanged",
          "removeLegacyTimeseriesBucketingParametersHaveChanged",
          "_removeLegacyTimeseriesBucketingParametersHaveChanged",
          "comment",
          "writeConcern",
          "maxTimeMS",
          "dryRun",
          "$db",
          "lsid");

  private static final BsonString STRICT = new BsonString("strict");
  private static final BsonString ERROR = new BsonString("error");

  private final Command command;
  private final TrackedCollection collection;
  private final BsonDocument options;

  private CollectionChange(Command command, TrackedCollection collection) {
    this.command = command;
    this.collection = collection;
    this.options = collection.options().clone();
  }

  /**
   * Changes the collection's options and indexes.
   *
   * @param indexMayBeMissing whether an index that the command names may be gone already
   */
  static void apply(Command command, TrackedCollection collection, boolean indexMayBeMissing) {
    CollectionChange change = new CollectionChange(command, collection);
    for (Map.Entry<String, BsonValue> field : command.fields().entrySet()) {
      if (field.getKey().equals("index")) {
        change.index(command.document("index"), indexMayBeMissing);
      } else if (!field.getKey().equals(command.name())) {
        change.option(field.getKey(), field.getValue());
      }
    }
    collection.options(change.options);
  }

  private void option(String field, BsonValue value) {
    switch (field) {
      case "validator" -> {
        setOrRemove(field, value, command.document(field).isEmpty());
        validationDefaults();
      }
      case "validationLevel", "validationAction" -> {
        options.put(field, value);
        validationDefaults();
      }
      case "cappedSize" -> options.put("size", value);
      case "cappedMax" -> options.put("max", value);
      case "recordPreImages" -> setOrRemove(field, value, !command.isTrue(field));
      case "changeStreamPreAndPostImages" -> setOrRemove(field, value, !enabled(field));
      case "expireAfterSeconds" -> setOrRemove(field, seconds(value), value.isString());
      case "timeseries" -> timeseries(command.document(field));
      case "viewOn", "pipeline" -> options.put(field, value);
      default -> {
        if (!IGNORED.contains(field)) {
          throw command.failure(
              OplogError.OPLOG_UNKNOWN_COMMAND,
              "a collMod changes '" + field + "', which is not known",
              "Restore with a release that supports the server that wrote it");
        }
      }
    }
  }

  private void setOrRemove(String option, BsonValue value, boolean remove) {
    if (remove) {
      options.remove(option);
    } else {
      options.put(option, value);
    }
  }

  /**
   * Servers write down the level and the action as soon as one of the three is set by a collMod.
   */
  private void validationDefaults() {
    options.putIfAbsent("validationLevel", STRICT);
    options.putIfAbsent("validationAction", ERROR);
  }

  private boolean enabled(String field) {
    BsonValue enabled = command.document(field).get("enabled");
    return enabled != null && enabled.isBoolean() && enabled.asBoolean().getValue();
  }

  private static BsonValue seconds(BsonValue value) {
    return value instanceof BsonNumber number ? new BsonInt64(number.longValue()) : value;
  }

  private void timeseries(BsonDocument change) {
    if (options.isDocument("timeseries")) {
      options.put("timeseries", Timeseries.modified(options.getDocument("timeseries"), change));
    }
  }

  private void index(BsonDocument change, boolean mayBeMissing) {
    BsonDocument found = find(change);
    if (found == null) {
      if (mayBeMissing) {
        return;
      }
      throw command.failure(
          OplogError.OPLOG_UNKNOWN_INDEX,
          "a collMod changes an index that '" + collection.namespace() + "' does not have",
          "The base is incomplete: use another base");
    }
    BsonDocument spec = found.clone();
    change.forEach((field, value) -> index(spec, field, value));
    collection.indexes().put(spec);
  }

  private BsonDocument find(BsonDocument change) {
    if (change.isString("name")) {
      return collection.indexes().get(change.getString("name").getValue());
    }
    if (change.isDocument("keyPattern")) {
      return collection.indexes().get(change.getDocument("keyPattern"));
    }
    throw command.malformed("it does not say which index it changes");
  }

  private void index(BsonDocument spec, String field, BsonValue value) {
    switch (field) {
      case "name", "keyPattern" -> {}
      case "expireAfterSeconds" -> expire(spec, value);
      case "hidden", "prepareUnique" -> flag(spec, field, isTrue(value));
      case "unique" -> {
        flag(spec, "unique", isTrue(value));
        flag(spec, "prepareUnique", false);
      }
      // Undoes the conversion to a unique index, which only a prepared index can undergo.
      case "forceNonUnique" -> {
        flag(spec, "unique", false);
        flag(spec, "prepareUnique", true);
      }
      default ->
          throw command.failure(
              OplogError.OPLOG_UNKNOWN_COMMAND,
              "a collMod changes '" + field + "' of an index, which is not known",
              "Restore with a release that supports the server that wrote it");
    }
  }

  /** A value that changes moves to the end of the specification; one that does not, stays. */
  private static void expire(BsonDocument spec, BsonValue value) {
    BsonValue seconds = IndexSpecs.expireAfterSeconds(value);
    BsonValue current = spec.get(IndexSpecs.EXPIRE_AFTER_SECONDS);
    if (!seconds.equals(current)) {
      spec.remove(IndexSpecs.EXPIRE_AFTER_SECONDS);
      spec.append(IndexSpecs.EXPIRE_AFTER_SECONDS, seconds);
    }
  }

  /** A flag is there or not; it is never written as false. */
  private static void flag(BsonDocument spec, String name, boolean value) {
    if (value != isTrue(spec.get(name))) {
      spec.remove(name);
      if (value) {
        spec.append(name, BsonBoolean.TRUE);
      }
    }
  }

  private static boolean isTrue(BsonValue value) {
    return value != null && value.isBoolean() && value.asBoolean().getValue();
  }
}
