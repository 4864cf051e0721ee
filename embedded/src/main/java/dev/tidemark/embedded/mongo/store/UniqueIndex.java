package dev.tidemark.embedded.mongo.store;

import dev.tidemark.embedded.mongo.bson.BsonTypes;
import dev.tidemark.embedded.mongo.bson.OrderedValue;
import dev.tidemark.embedded.mongo.bson.RawDocument;
import dev.tidemark.embedded.mongo.bson.RawElement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * Keeps the keys of a unique index, only to refuse duplicates; queries do not use it. Written under
 * the simulator's write lock.
 */
final class UniqueIndex {

  private static final Comparator<List<OrderedValue>> KEY_ORDER = UniqueIndex::compareKeys;

  private final List<String> paths = new ArrayList<>();
  private final boolean sparse;
  private final Predicate<RawDocument> partial;
  private final TreeMap<List<OrderedValue>, Long> owners = new TreeMap<>(KEY_ORDER);

  UniqueIndex(RawDocument key, boolean sparse, Predicate<RawDocument> partial) {
    key.forEach(element -> paths.add(element.name()));
    this.sparse = sparse;
    this.partial = partial;
  }

  /** A key of the document that another record owns already, or null. */
  List<OrderedValue> conflict(RawDocument document, long record) {
    for (List<OrderedValue> key : keys(document)) {
      Long owner = owners.get(key);
      if (owner != null && owner != record) {
        return key;
      }
    }
    return null;
  }

  void add(RawDocument document, long record) {
    keys(document).forEach(key -> owners.put(key, record));
  }

  void remove(RawDocument document, long record) {
    keys(document).forEach(key -> owners.remove(key, record));
  }

  private TreeSet<List<OrderedValue>> keys(RawDocument document) {
    TreeSet<List<OrderedValue>> keys = new TreeSet<>(KEY_ORDER);
    if (!partial.test(document)) {
      return keys;
    }
    List<List<OrderedValue>> combinations = List.of(List.of());
    boolean any = false;
    for (String path : paths) {
      List<OrderedValue> values = new ArrayList<>();
      collect(document, path, values);
      any |= !values.isEmpty();
      if (values.isEmpty()) {
        values.add(OrderedValue.missing());
      }
      List<List<OrderedValue>> longer = new ArrayList<>();
      for (List<OrderedValue> prefix : combinations) {
        for (OrderedValue value : values) {
          List<OrderedValue> key = new ArrayList<>(prefix);
          key.add(value);
          longer.add(key);
        }
      }
      combinations = longer;
    }
    if (any || !sparse) {
      keys.addAll(combinations);
    }
    return keys;
  }

  private static void collect(RawDocument document, String path, List<OrderedValue> into) {
    int dot = path.indexOf('.');
    RawElement element = document.get(dot < 0 ? path : path.substring(0, dot));
    if (element == null) {
      return;
    }
    if (dot >= 0) {
      String rest = path.substring(dot + 1);
      if (element.type() == BsonTypes.DOCUMENT) {
        collect(element.document(), rest, into);
      } else if (element.type() == BsonTypes.ARRAY) {
        for (RawElement item : element.document()) {
          if (item.type() == BsonTypes.DOCUMENT) {
            collect(item.document(), rest, into);
          }
        }
      }
    } else if (element.type() == BsonTypes.ARRAY && !element.document().isEmpty()) {
      element.document().forEach(item -> into.add(new OrderedValue(item)));
    } else {
      into.add(new OrderedValue(element));
    }
  }

  private static int compareKeys(List<OrderedValue> a, List<OrderedValue> b) {
    for (int i = 0; i < a.size(); i++) {
      int order = a.get(i).compareTo(b.get(i));
      if (order != 0) {
        return order;
      }
    }
    return 0;
  }
}
