package dev.tidemark.embedded.mongo.command;

import dev.tidemark.embedded.mongo.bson.RawDocument;
import dev.tidemark.embedded.mongo.store.SimulatedCollection;
import dev.tidemark.embedded.mongo.wire.CommandFailure;
import java.util.Iterator;
import java.util.List;

/**
 * A cursor over a collection. It dies when the collection is dropped or renamed, as a server's
 * does; a cursor over computed documents has no collection and lives on.
 */
final class IteratorCursor extends Cursor {

  private final String namespace;
  private final SimulatedCollection collection;
  private final Iterator<RawDocument> documents;

  IteratorCursor(
      String namespace, SimulatedCollection collection, Iterator<RawDocument> documents) {
    this.namespace = namespace;
    this.collection = collection;
    this.documents = documents;
  }

  @Override
  List<RawDocument> batch(int size) {
    if (collection != null
        && (collection.isDropped() || !collection.namespace().equals(namespace))) {
      throw new CommandFailure(
          175, "QueryPlanKilled", "collection dropped or renamed: " + namespace);
    }
    return take(documents, size);
  }

  @Override
  boolean isExhausted() {
    return !documents.hasNext();
  }

  @Override
  String namespace() {
    return namespace;
  }
}
