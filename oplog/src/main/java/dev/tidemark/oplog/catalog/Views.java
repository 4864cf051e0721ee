package dev.tidemark.oplog.catalog;

import dev.tidemark.oplog.bson.BsonCursor;
import dev.tidemark.oplog.bson.BsonSlice;
import dev.tidemark.oplog.entry.OpKind;
import dev.tidemark.oplog.entry.OplogEntry;
import dev.tidemark.oplog.error.OplogError;
import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.oplog.update.ModifierOrder;
import dev.tidemark.oplog.update.UpdateApplier;
import dev.tidemark.oplog.update.UpdateForm;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.bson.BsonDocument;
import org.bson.BsonString;

/**
 * Views by namespace, as rows of their database's {@code system.views}: {@code {_id: "db.v",
 * viewOn: …, pipeline: […]}}. Not thread-safe.
 */
final class Views {

  private final SortedMap<String, BsonSlice> rows = new TreeMap<>();

  /** Views whose removal was left out. */
  private final Set<String> revived = new HashSet<>();

  /** Rows have no fields between which the order of paths could decide. */
  private final UpdateApplier updates = new UpdateApplier(ModifierOrder.NUMERIC);

  /** A view that is known by its options. */
  void put(String namespace, BsonDocument options) {
    BsonDocument row = new BsonDocument("_id", new BsonString(namespace));
    row.putAll(options);
    rows.put(namespace, DocumentCodec.encode(row));
  }

  /** Applies an insert, update or delete on {@code system.views}. */
  void apply(OplogEntry entry) {
    try {
      switch (entry.kind()) {
        case INSERT -> {
          revived.remove(id(entry.o()));
          rows.put(id(entry.o()), entry.o().compact());
        }
        case UPDATE -> update(entry);
        case DELETE -> rows.remove(id(entry.o()));
        case COMMAND, NOOP -> {}
      }
    } catch (TidemarkException e) {
      throw entry.located(e);
    }
  }

  /** A change to a view that is gone is followed by its removal, unless it brings a whole row. */
  private void update(OplogEntry entry) {
    BsonSlice key = entry.o2() == null ? entry.o() : entry.o2();
    String view = id(key);
    BsonSlice row = rows.get(view);
    if (row != null) {
      rows.put(view, updates.apply(row, entry.o()).compact());
    } else if (entry.upsert() || UpdateForm.of(entry.o()) == UpdateForm.REPLACEMENT) {
      rows.put(view, updates.insert(key, entry.o()).compact());
    }
  }

  void removeDatabase(String database) {
    rows.keySet()
        .removeIf(view -> Namespaces.database(view).equals(database) && !revived.contains(view));
  }

  /** Leaves a change of a view out. */
  void leaveOut(OplogEntry entry) {
    if (entry.kind() == OpKind.DELETE) {
      try {
        String view = id(entry.o());
        revive(view::equals);
      } catch (TidemarkException e) {
        throw entry.located(e);
      }
    }
  }

  /** The removal of these views is left out. */
  void revive(Predicate<String> which) {
    rows.keySet().stream().filter(which).forEach(revived::add);
  }

  boolean isRevived(String namespace) {
    return revived.contains(namespace);
  }

  /** The options of every view, by namespace; views of time-series collections left out. */
  Map<String, BsonDocument> all() {
    Map<String, BsonDocument> all = new TreeMap<>();
    rows.forEach(
        (namespace, row) -> {
          BsonDocument options = DocumentCodec.decode(row);
          options.remove("_id");
          if (!Timeseries.isSeriesView(options)) {
            all.put(namespace, options);
          }
        });
    return all;
  }

  private static String id(BsonSlice row) {
    BsonCursor id = row.find("_id");
    if (id == null) {
      throw new TidemarkException(
          OplogError.OPLOG_ENTRY_MALFORMED,
          "a change of a view does not say of which",
          "",
          "Compare the entry with its source; if they differ, fetch it again");
    }
    return id.string();
  }
}
