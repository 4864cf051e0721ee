package dev.tidemark.embedded.mongo.store;

import dev.tidemark.embedded.mongo.bson.OrderedValue;
import dev.tidemark.embedded.mongo.bson.RawDocument;
import dev.tidemark.embedded.mongo.bson.RawElement;
import dev.tidemark.embedded.mongo.bson.RawWriter;
import dev.tidemark.embedded.mongo.wire.CommandFailure;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * The documents, options and indexes of one collection, under its UUID. Writers hold the
 * simulator's write lock; readers need none and see each document before or after a change, never
 * in between, like reads of a server that are not in a snapshot.
 */
public final class SimulatedCollection {

  private final UUID uuid;
  private final ConcurrentSkipListMap<Long, StoredDocument> natural = new ConcurrentSkipListMap<>();
  private final ConcurrentSkipListMap<OrderedValue, StoredDocument> byId =
      new ConcurrentSkipListMap<>();
  private final Map<String, RawDocument> indexes = new LinkedHashMap<>();
  private final Map<String, UniqueIndex> uniqueIndexes = new LinkedHashMap<>();
  private final Function<RawDocument, Predicate<RawDocument>> filters;
  private final AtomicLong bytes = new AtomicLong();
  private volatile String namespace;
  private volatile RawDocument options;
  private volatile boolean dropped;
  private long nextRecord = 1;

  public SimulatedCollection(
      UUID uuid,
      String namespace,
      RawDocument options,
      Function<RawDocument, Predicate<RawDocument>> filters) {
    this.uuid = uuid;
    this.namespace = namespace;
    this.options = options;
    this.filters = filters;
    addIndex(idIndex());
  }

  /** The specification of the index every collection has. */
  public static RawDocument idIndex() {
    return new RawWriter()
        .int32("v", 2)
        .openDocument("key")
        .int32("_id", 1)
        .close()
        .string("name", "_id_")
        .done();
  }

  public UUID uuid() {
    return uuid;
  }

  public String namespace() {
    return namespace;
  }

  public void rename(String newNamespace) {
    namespace = newNamespace;
  }

  public RawDocument options() {
    return options;
  }

  public void options(RawDocument newOptions) {
    options = newOptions;
  }

  public boolean isCapped() {
    return options.isTrue("capped");
  }

  public boolean isView() {
    return options.has("viewOn");
  }

  public boolean isDropped() {
    return dropped;
  }

  public void markDropped() {
    dropped = true;
  }

  public int count() {
    return natural.size();
  }

  public long bytes() {
    return bytes.get();
  }

  public StoredDocument find(OrderedValue id) {
    return byId.get(id);
  }

  public ConcurrentNavigableMap<Long, StoredDocument> natural() {
    return natural;
  }

  public ConcurrentNavigableMap<OrderedValue, StoredDocument> byId() {
    return byId;
  }

  /** Stores a document that has an {@code _id}; refuses a key that is taken. */
  public StoredDocument insert(RawDocument document) {
    StoredDocument stored =
        new StoredDocument(nextRecord, new OrderedValue(document.get("_id")), document);
    if (byId.containsKey(stored.id())) {
      throw CommandFailure.duplicateKey(namespace, "_id_", idIndex().document("key"));
    }
    refuseDuplicates(document, stored.record());
    nextRecord++;
    uniqueIndexes.values().forEach(index -> index.add(document, stored.record()));
    natural.put(stored.record(), stored);
    byId.put(stored.id(), stored);
    bytes.addAndGet(document.length());
    return stored;
  }

  public StoredDocument replace(StoredDocument before, RawDocument after) {
    refuseDuplicates(after, before.record());
    uniqueIndexes
        .values()
        .forEach(
            index -> {
              index.remove(before.raw(), before.record());
              index.add(after, before.record());
            });
    StoredDocument stored =
        new StoredDocument(before.record(), new OrderedValue(after.get("_id")), after);
    natural.put(stored.record(), stored);
    byId.put(stored.id(), stored);
    bytes.addAndGet(after.length() - before.raw().length());
    return stored;
  }

  public void remove(StoredDocument document) {
    uniqueIndexes.values().forEach(index -> index.remove(document.raw(), document.record()));
    natural.remove(document.record());
    byId.remove(document.id());
    bytes.addAndGet(-document.raw().length());
  }

  private void refuseDuplicates(RawDocument document, long record) {
    uniqueIndexes.forEach(
        (name, index) -> {
          if (index.conflict(document, record) != null) {
            throw CommandFailure.duplicateKey(namespace, name, indexes.get(name).document("key"));
          }
        });
  }

  public List<RawDocument> indexes() {
    synchronized (indexes) {
      return new ArrayList<>(indexes.values());
    }
  }

  public RawDocument index(String name) {
    synchronized (indexes) {
      return indexes.get(name);
    }
  }

  /** Adds an index; a unique one is built first and refused if the documents violate it. */
  public void addIndex(RawDocument specification) {
    String name = specification.string("name", "");
    RawElement key = specification.get("key");
    if (specification.isTrue("unique") && !name.equals("_id_")) {
      UniqueIndex unique =
          new UniqueIndex(
              key.document(),
              specification.isTrue("sparse"),
              filters.apply(specification.document("partialFilterExpression")));
      for (StoredDocument document : natural.values()) {
        if (unique.conflict(document.raw(), document.record()) != null) {
          throw CommandFailure.duplicateKey(namespace, name, key.document());
        }
        unique.add(document.raw(), document.record());
      }
      uniqueIndexes.put(name, unique);
    }
    synchronized (indexes) {
      indexes.put(name, specification);
    }
  }

  /** Changes an index's specification without touching its keys. */
  public void changeIndex(RawDocument specification) {
    synchronized (indexes) {
      indexes.put(specification.string("name", ""), specification);
    }
  }

  public void dropIndex(String name) {
    uniqueIndexes.remove(name);
    synchronized (indexes) {
      indexes.remove(name);
    }
  }
}
