package dev.tidemark.embedded.mongo.member;

import dev.tidemark.embedded.mongo.bson.RawDocument;
import dev.tidemark.embedded.mongo.bson.RawElement;
import dev.tidemark.embedded.mongo.bson.RawWriter;
import dev.tidemark.embedded.mongo.store.SimulatedCollection;
import dev.tidemark.embedded.mongo.wire.CommandFailure;
import java.util.Set;

/** collMod: validators, and an index's expiry, visibility or uniqueness. Under the write lock. */
public final class CollectionModification {

  private static final Set<String> OPTIONS =
      Set.of("validator", "validationLevel", "validationAction", "changeStreamPreAndPostImages");
  private static final Set<String> INDEX_OPTIONS =
      Set.of("expireAfterSeconds", "hidden", "unique", "prepareUnique");

  private final Member member;

  public CollectionModification(Member member) {
    this.member = member;
  }

  public void apply(SimulatedCollection collection, RawDocument command) {
    if (collection.isView()) {
      throw CommandFailure.notSupported("collMod of a view");
    }
    RawWriter logged =
        new RawWriter().string("collMod", CollectionChanges.name(collection.namespace()));
    RawWriter before = new RawWriter();
    before.document("collectionOptions_old", collection.options());
    RawDocument index = command.document("index");
    if (index != null) {
      RawDocument old = indexOf(collection, index);
      RawDocument changed = merged(old, index);
      collection.changeIndex(changed);
      logged.openDocument("index").element(old.get("name"));
      for (RawElement element : index) {
        if (INDEX_OPTIONS.contains(element.name())) {
          if (element.name().equals("expireAfterSeconds")) {
            logged.int64(element.name(), element.asLong());
          } else {
            logged.element(element);
          }
        }
      }
      logged.close();
      before.document("indexOptions_old", old);
    }
    RawWriter options = new RawWriter();
    for (RawElement element : collection.options()) {
      if (!OPTIONS.contains(element.name()) || !command.has(element.name())) {
        options.element(element);
      }
    }
    for (RawElement element : command) {
      if (OPTIONS.contains(element.name())) {
        options.element(element);
        logged.element(element);
      }
    }
    collection.options(options.done());
    String database = CollectionChanges.database(collection.namespace());
    member.log().command(database, collection.uuid(), logged.done(), before.done());
  }

  private static RawDocument indexOf(SimulatedCollection collection, RawDocument index) {
    RawDocument pattern = index.document("keyPattern");
    for (RawDocument specification : collection.indexes()) {
      boolean same =
          pattern == null
              ? specification.string("name", "").equals(index.string("name", null))
              : pattern.equals(specification.document("key"));
      if (same) {
        return specification;
      }
    }
    throw new CommandFailure(27, "IndexNotFound", "cannot find index for collMod");
  }

  private static RawDocument merged(RawDocument specification, RawDocument change) {
    RawWriter merged = new RawWriter();
    for (RawElement element : specification) {
      if (!INDEX_OPTIONS.contains(element.name()) || !change.has(element.name())) {
        merged.element(element);
      }
    }
    for (RawElement element : change) {
      if (INDEX_OPTIONS.contains(element.name())
          && (element.isTruthy() || element.name().equals("expireAfterSeconds"))) {
        merged.element(element);
      }
    }
    return merged.done();
  }
}
