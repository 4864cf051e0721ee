package dev.tidemark.oplog.catalog;

import dev.tidemark.oplog.error.OplogError;
import java.util.List;
import java.util.Optional;
import org.bson.BsonDocument;
import org.bson.BsonValue;

/**
 * What each command does to the indexes of a collection. While the base is fuzzy an index may be
 * there already or be gone. Not thread-safe.
 */
final class IndexCommands {

  private final KnownCollections collections;

  IndexCommands(KnownCollections collections) {
    this.collections = collections;
  }

  void createIndexes(Command command, boolean fuzzy) {
    TrackedCollection collection = collections.require(command, fuzzy);
    if (collection == null) {
      return;
    }
    if (command.fields().containsKey("indexes")) {
      command.documents("indexes").forEach(index -> putIndex(command, collection, index));
    } else {
      BsonDocument index = command.fields().clone();
      index.remove(command.name());
      putIndex(command, collection, index);
    }
  }

  private static void putIndex(
      Command command, TrackedCollection collection, BsonDocument declared) {
    BsonDocument index = IndexSpecs.named(command, declared);
    if (!Timeseries.isTimeseries(collection)) {
      collection.indexes().put(index);
      return;
    }
    Optional<BsonDocument> visible = Timeseries.seriesIndex(collection.options(), index);
    if (Timeseries.isBuckets(collection.namespace())) {
      visible.ifPresent(collection.indexes()::put);
    } else {
      collection.indexes().put(visible.orElse(index));
    }
  }

  /**
   * While an index is being built, or if its build was given up, it is none; but a base that was
   * read meanwhile may list it.
   */
  void forgetUnfinishedIndexes(Command command) {
    TrackedCollection collection = collections.find(command.collection(), command.target());
    if (collection != null && command.fields().containsKey("indexes")) {
      for (BsonDocument index : command.documents("indexes")) {
        if (index.isString("name")) {
          collection.indexes().remove(index.getString("name").getValue());
        }
      }
    }
  }

  void dropIndexes(Command command, boolean fuzzy) {
    TrackedCollection collection = collections.require(command, fuzzy);
    if (collection == null) {
      return;
    }
    // An index on buckets that users cannot see is not in the catalogue.
    boolean mayBeMissing =
        fuzzy || collection.missesIndexes() || Timeseries.isTimeseries(collection);
    BsonValue dropped = command.fields().get("index");
    if (dropped == null) {
      throw command.malformed("it does not say which index it drops");
    }
    List<BsonValue> each = dropped.isArray() ? dropped.asArray().getValues() : List.of(dropped);
    for (BsonValue index : each) {
      if (!dropIndex(command, collection.indexes(), index) && !mayBeMissing) {
        throw command.failure(
            OplogError.OPLOG_UNKNOWN_INDEX,
            "an index is dropped that '" + collection.namespace() + "' does not have",
            "The base is incomplete: use another base");
      }
    }
  }

  private static boolean dropIndex(Command command, Indexes indexes, BsonValue index) {
    if (index.isDocument()) {
      return indexes.remove(index.asDocument());
    }
    if (!index.isString()) {
      throw command.malformed("it names an index neither by name nor by key");
    }
    String name = index.asString().getValue();
    if (name.equals("*")) {
      indexes.removeAll();
      return true;
    }
    return indexes.remove(name);
  }
}
