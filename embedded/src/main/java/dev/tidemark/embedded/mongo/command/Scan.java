package dev.tidemark.embedded.mongo.command;

import dev.tidemark.embedded.mongo.bson.BsonTypes;
import dev.tidemark.embedded.mongo.bson.OrderedValue;
import dev.tidemark.embedded.mongo.bson.RawDocument;
import dev.tidemark.embedded.mongo.bson.RawElement;
import dev.tidemark.embedded.mongo.store.SimulatedCollection;
import dev.tidemark.embedded.mongo.store.StoredDocument;
import java.util.Collections;
import java.util.Iterator;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NoSuchElementException;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * Reads a collection document by document, in natural or {@code _id} order, always from where it
 * stands: it sees changes made ahead of it, as a server's cursor does.
 */
final class Scan<K> implements Iterator<StoredDocument> {

  private final NavigableMap<K, StoredDocument> documents;
  private final Predicate<RawDocument> filter;
  private K position;
  private StoredDocument next;

  private Scan(NavigableMap<K, StoredDocument> documents, Predicate<RawDocument> filter) {
    this.documents = documents;
    this.filter = filter;
  }

  static Iterator<StoredDocument> natural(
      SimulatedCollection collection, boolean descending, Predicate<RawDocument> filter) {
    NavigableMap<Long, StoredDocument> all = collection.natural();
    return new Scan<>(descending ? all.descendingMap() : all, filter);
  }

  /**
   * Along the {@code _id} index.
   *
   * @param query bounds the range where it compares {@code _id}; may be empty
   * @param min inclusive lower end ({@code {_id: …}}), or null
   * @param max exclusive upper end, or null
   */
  static Iterator<StoredDocument> byId(
      SimulatedCollection collection,
      boolean descending,
      RawDocument query,
      RawDocument min,
      RawDocument max,
      Predicate<RawDocument> filter) {
    NavigableMap<OrderedValue, StoredDocument> range = collection.byId();
    if (min != null) {
      range = range.tailMap(new OrderedValue(min.first()), true);
    }
    if (max != null) {
      range = range.headMap(new OrderedValue(max.first()), false);
    }
    range = narrowed(range, query);
    return new Scan<>(descending ? range.descendingMap() : range, filter);
  }

  /** Whether the query says something about {@code _id} that an index range can use. */
  static boolean boundsId(RawDocument query) {
    RawElement id = query.get("_id");
    return id != null && (isEquality(id) || hasBound(id.document()));
  }

  /** The value of a query for one {@code _id}, or null if it asks for anything else. */
  static RawElement exactId(RawDocument query) {
    RawElement id = query.get("_id");
    if (id == null) {
      return null;
    }
    if (isEquality(id)) {
      return id;
    }
    RawElement only = id.document().first();
    return only.name().equals("$eq") && id.document().elements().size() == 1 ? only : null;
  }

  private static boolean isEquality(RawElement id) {
    if (id.type() == BsonTypes.REGEX) {
      return false;
    }
    return id.type() != BsonTypes.DOCUMENT
        || id.document().isEmpty()
        || !id.document().first().name().startsWith("$");
  }

  private static boolean hasBound(RawDocument operators) {
    return operators.has("$gt")
        || operators.has("$gte")
        || operators.has("$lt")
        || operators.has("$lte")
        || operators.has("$eq")
        || operators.has("$in");
  }

  private static NavigableMap<OrderedValue, StoredDocument> narrowed(
      NavigableMap<OrderedValue, StoredDocument> all, RawDocument query) {
    RawElement id = query.get("_id");
    if (id == null || id.type() == BsonTypes.REGEX) {
      return all;
    }
    NavigableMap<OrderedValue, StoredDocument> range = all;
    try {
      if (isEquality(id)) {
        return range.subMap(new OrderedValue(id), true, new OrderedValue(id), true);
      }
      for (RawElement operator : id.document()) {
        if (operator.name().equals("$in")) {
          range = those(range, operator.document());
          continue;
        }
        OrderedValue bound = new OrderedValue(operator);
        range =
            switch (operator.name()) {
              case "$gt" -> range.tailMap(bound, false);
              case "$gte" -> range.tailMap(bound, true);
              case "$lt" -> range.headMap(bound, false);
              case "$lte" -> range.headMap(bound, true);
              case "$eq" -> range.subMap(bound, true, bound, true);
              default -> range;
            };
      }
      return range;
    } catch (IllegalArgumentException e) {
      // Bounds that exclude each other leave nothing.
      return Collections.emptyNavigableMap();
    }
  }

  /** The documents with these ids; all of them if a pattern is among the values. */
  private static NavigableMap<OrderedValue, StoredDocument> those(
      NavigableMap<OrderedValue, StoredDocument> range, RawDocument values) {
    NavigableMap<OrderedValue, StoredDocument> those = new TreeMap<>();
    for (RawElement value : values) {
      if (value.type() == BsonTypes.REGEX) {
        return range;
      }
      OrderedValue id = new OrderedValue(value);
      StoredDocument document = range.get(id);
      if (document != null) {
        those.put(id, document);
      }
    }
    return those;
  }

  @Override
  public boolean hasNext() {
    while (next == null) {
      Map.Entry<K, StoredDocument> entry = position == null ? documents.firstEntry() : higher();
      if (entry == null) {
        return false;
      }
      position = entry.getKey();
      if (filter.test(entry.getValue().raw())) {
        next = entry.getValue();
      }
    }
    return true;
  }

  private Map.Entry<K, StoredDocument> higher() {
    return documents.higherEntry(position);
  }

  @Override
  public StoredDocument next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    StoredDocument document = next;
    next = null;
    return document;
  }
}
