package dev.tidemark.embedded.mongo;

import dev.tidemark.embedded.mongo.bson.RawDocument;
import dev.tidemark.embedded.mongo.bson.RawWriter;
import dev.tidemark.embedded.mongo.member.CollectionChanges;
import dev.tidemark.embedded.mongo.member.Member;
import dev.tidemark.embedded.mongo.store.SimulatedCollection;

/** Puts data into a member behind the back of its oplog. Runs under the write lock. */
final class BroughtBack {

  private final Member member;

  BroughtBack(Member member) {
    this.member = member;
  }

  void put(HeldCollection held) {
    RawDocument options = RawDocument.of(held.options().clone());
    SimulatedCollection collection =
        new SimulatedCollection(held.uuid(), held.namespace(), options, member.queries()::filter);
    if (options.has("viewOn")) {
      putView(held.namespace(), options);
    }
    for (byte[] index : held.indexes()) {
      collection.addIndex(RawDocument.of(index.clone()));
    }
    for (byte[] document : held.documents()) {
      collection.insert(RawDocument.of(document.clone()));
    }
    member.namespaces().add(collection);
  }

  /** The row behind a view. */
  private void putView(String namespace, RawDocument options) {
    String views = CollectionChanges.database(namespace) + ".system.views";
    SimulatedCollection rows = member.namespaces().get(views);
    if (rows == null) {
      rows =
          new SimulatedCollection(
              member.identifiers().uuid(), views, RawDocument.empty(), member.queries()::filter);
      member.namespaces().add(rows);
    }
    rows.insert(new RawWriter().string("_id", namespace).all(options).done());
  }
}
