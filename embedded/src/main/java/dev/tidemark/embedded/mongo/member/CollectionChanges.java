package dev.tidemark.embedded.mongo.member;

import dev.tidemark.embedded.mongo.bson.BsonTypes;
import dev.tidemark.embedded.mongo.bson.OrderedValue;
import dev.tidemark.embedded.mongo.bson.RawDocument;
import dev.tidemark.embedded.mongo.bson.RawElement;
import dev.tidemark.embedded.mongo.bson.RawWriter;
import dev.tidemark.embedded.mongo.store.SimulatedCollection;
import dev.tidemark.embedded.mongo.store.StoredDocument;
import dev.tidemark.embedded.mongo.wire.CommandFailure;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/**
 * Creates, renames, alters and drops collections, and logs it as a real server does. Every method
 * runs under the write lock ({@link Member#write}).
 */
public final class CollectionChanges {

  /**
   * Collection options a {@code create} keeps; everything else in the command is about the call.
   */
  private static final Set<String> OPTIONS =
      Set.of(
          "capped",
          "size",
          "max",
          "validator",
          "validationLevel",
          "validationAction",
          "collation",
          "viewOn",
          "pipeline",
          "expireAfterSeconds",
          "changeStreamPreAndPostImages",
          "indexOptionDefaults",
          "storageEngine");

  private final Member member;
  private final DocumentWrites writes;

  public CollectionChanges(Member member, DocumentWrites writes) {
    this.member = member;
    this.writes = writes;
  }

  public static String database(String namespace) {
    return namespace.substring(0, namespace.indexOf('.'));
  }

  public static String name(String namespace) {
    return namespace.substring(namespace.indexOf('.') + 1);
  }

  public SimulatedCollection getOrCreate(String namespace) {
    SimulatedCollection existing = member.namespaces().get(namespace);
    return existing == null ? create(namespace, RawDocument.empty()) : existing;
  }

  /**
   * @param command the {@code create} command or a document of options
   */
  public SimulatedCollection create(String namespace, RawDocument command) {
    if (command.has("timeseries") || command.has("clusteredIndex")) {
      throw CommandFailure.notSupported("time-series and clustered collections");
    }
    checkNew(namespace);
    RawWriter options = new RawWriter();
    for (RawElement element : command) {
      if (OPTIONS.contains(element.name())) {
        options.element(element);
      }
    }
    RawDocument kept = options.done();
    return kept.has("viewOn") ? createView(namespace, kept) : createCollection(namespace, kept);
  }

  private void checkNew(String namespace) {
    if (name(namespace).isEmpty() || namespace.indexOf('$') >= 0) {
      throw new CommandFailure(73, "InvalidNamespace", "Invalid collection name: " + namespace);
    }
    if (member.namespaces().get(namespace) != null) {
      throw new CommandFailure(
          48, "NamespaceExists", "Collection " + namespace + " already exists.");
    }
  }

  private SimulatedCollection createCollection(String namespace, RawDocument options) {
    SimulatedCollection collection =
        new SimulatedCollection(
            member.identifiers().uuid(), namespace, options, member.queries()::filter);
    member.namespaces().add(collection);
    RawDocument entry =
        new RawWriter()
            .string("create", name(namespace))
            .all(options)
            .document("idIndex", SimulatedCollection.idIndex())
            .done();
    member.log().command(database(namespace), collection.uuid(), entry, null);
    return collection;
  }

  /** There is no entry for a view: it is a document in {@code system.views}. */
  private SimulatedCollection createView(String namespace, RawDocument options) {
    SimulatedCollection views = getOrCreate(database(namespace) + ".system.views");
    RawWriter row = new RawWriter().string("_id", namespace);
    row.string("viewOn", options.string("viewOn", ""));
    RawDocument pipeline = options.document("pipeline");
    row.array("pipeline", pipeline == null ? RawDocument.empty() : pipeline);
    if (options.has("collation")) {
      row.element(options.get("collation"));
    }
    writes.insert(views, row.done(), DocumentWrites.Mode.PLAIN);
    SimulatedCollection view =
        new SimulatedCollection(
            member.identifiers().uuid(), namespace, options, member.queries()::filter);
    member.namespaces().add(view);
    return view;
  }

  public SimulatedCollection require(String namespace) {
    SimulatedCollection collection = member.namespaces().get(namespace);
    if (collection == null) {
      throw CommandFailure.namespaceNotFound("ns not found: " + namespace);
    }
    return collection;
  }

  public void drop(SimulatedCollection collection) {
    if (collection.isView()) {
      SimulatedCollection views = require(database(collection.namespace()) + ".system.views");
      RawElement key = new RawWriter().string("_id", collection.namespace()).done().first();
      StoredDocument row = views.find(new OrderedValue(key));
      writes.delete(views, row, DocumentWrites.Mode.PLAIN);
    } else {
      RawDocument command = new RawWriter().string("drop", name(collection.namespace())).done();
      member
          .log()
          .command(
              database(collection.namespace()), collection.uuid(), command, records(collection));
    }
    remove(collection);
  }

  private void remove(SimulatedCollection collection) {
    collection.markDropped();
    member.namespaces().remove(collection);
  }

  private static RawDocument records(SimulatedCollection collection) {
    return new RawWriter().int64("numRecords", collection.count()).done();
  }

  /** One entry per collection, and one without a UUID at the end. */
  public boolean dropDatabase(String database) {
    List<SimulatedCollection> all = List.copyOf(member.namespaces().of(database));
    for (SimulatedCollection collection : all) {
      if (collection.isView()) {
        remove(collection);
      }
    }
    for (SimulatedCollection collection : all) {
      if (!collection.isView()) {
        drop(collection);
      }
    }
    if (!all.isEmpty()) {
      member.log().command(database, null, new RawWriter().int32("dropDatabase", 1).done(), null);
    }
    return !all.isEmpty();
  }

  public void rename(String from, String to, boolean dropTarget, boolean stayTemp) {
    SimulatedCollection source = require(from);
    SimulatedCollection target = member.namespaces().get(to);
    if (from.equals(to)) {
      throw new CommandFailure(20, "IllegalOperation", "Can't rename a collection to itself");
    }
    if (source.isView()) {
      throw new CommandFailure(166, "CommandNotSupportedOnView", "cannot rename view: " + from);
    }
    if (target != null && !dropTarget) {
      throw new CommandFailure(48, "NamespaceExists", "target namespace exists");
    }
    if (!database(from).equals(database(to))) {
      renameAcross(source, target, to);
      return;
    }
    RawWriter command = new RawWriter().string("renameCollection", from).string("to", to);
    command.bool("stayTemp", stayTemp);
    if (target != null) {
      command.uuid("dropTarget", target.uuid());
    }
    member
        .log()
        .command(
            database(from), source.uuid(), command.done(), target == null ? null : records(target));
    if (target != null) {
      remove(target);
    }
    member.namespaces().rename(source, to);
  }

  /** Across databases a rename is a copy under a temporary name, a rename inside, and a drop. */
  private void renameAcross(SimulatedCollection source, SimulatedCollection target, String to) {
    String suffix = member.identifiers().uuid().toString().substring(0, 5);
    SimulatedCollection copy =
        createCollection(database(to) + ".tmp" + suffix + ".renameCollection", source.options());
    copyInto(copy, source);
    rename(copy.namespace(), to, target != null, false);
    drop(source);
  }

  private void copyInto(SimulatedCollection copy, SimulatedCollection source) {
    for (RawDocument index : source.indexes()) {
      if (!index.string("name", "").equals("_id_")) {
        createIndex(copy, index);
      }
    }
    source
        .natural()
        .values()
        .forEach(doc -> writes.insert(copy, doc.raw(), DocumentWrites.Mode.VERBATIM));
  }

  /** A capped copy under a temporary name takes the collection's place. */
  public void convertToCapped(SimulatedCollection source, long size) {
    String database = database(source.namespace());
    String suffix = member.identifiers().uuid().toString().substring(0, 5);
    RawWriter options = new RawWriter().bool("capped", true).int64("size", size);
    for (RawElement element : source.options()) {
      if (!Set.of("capped", "size", "max").contains(element.name())) {
        options.element(element);
      }
    }
    String name = database + ".tmp" + suffix + ".convertToCapped." + name(source.namespace());
    SimulatedCollection copy = createCollection(name, options.done());
    source
        .natural()
        .values()
        .forEach(doc -> writes.insert(copy, doc.raw(), DocumentWrites.Mode.VERBATIM));
    rename(name, source.namespace(), true, false);
  }

  /** Replaces the target by a collection of these documents, as {@code $out} does. */
  public void out(String target, List<RawDocument> documents) {
    SimulatedCollection before = member.namespaces().get(target);
    String name = database(target) + ".tmp.agg_out." + member.identifiers().uuid();
    RawDocument options = before == null ? RawDocument.empty() : before.options();
    SimulatedCollection temporary = createCollection(name, options);
    if (before != null) {
      for (RawDocument index : before.indexes()) {
        if (!index.string("name", "").equals("_id_")) {
          createIndex(temporary, index);
        }
      }
    }
    documents.forEach(doc -> writes.insert(temporary, doc, DocumentWrites.Mode.PLAIN));
    rename(name, target, true, false);
  }

  /**
   * @return whether the index is new
   */
  public boolean createIndex(SimulatedCollection collection, RawDocument given) {
    RawDocument specification = normalised(given);
    String name = specification.string("name", "");
    RawDocument existing = collection.index(name);
    if (existing != null) {
      if (!existing.document("key").equals(specification.document("key"))) {
        throw new CommandFailure(
            86, "IndexKeySpecsConflict", "An existing index has the same name: " + name);
      }
      return false;
    }
    String database = database(collection.namespace());
    RawWriter head = new RawWriter();
    if (collection.count() == 0) {
      collection.addIndex(specification);
      head.string("createIndexes", name(collection.namespace())).all(specification);
      member.log().command(database, collection.uuid(), head.done(), null);
      return true;
    }
    UUID build = member.identifiers().uuid();
    collection.addIndex(specification);
    for (String step : List.of("startIndexBuild", "commitIndexBuild")) {
      RawDocument command =
          new RawWriter()
              .string(step, name(collection.namespace()))
              .uuid("indexBuildUUID", build)
              .array("indexes", List.of(specification))
              .done();
      member.log().command(database, collection.uuid(), command, null);
    }
    return true;
  }

  private static RawDocument normalised(RawDocument given) {
    RawElement key = given.get("key");
    if (key == null || key.document().isEmpty()) {
      throw new CommandFailure(67, "CannotCreateIndex", "Index keys cannot be an empty object.");
    }
    RawWriter out = new RawWriter().int32("v", 2).element(key);
    for (RawElement element : given) {
      String name = element.name();
      if (!Set.of("v", "key", "ns", "background").contains(name)) {
        out.element(element);
      }
    }
    return out.done();
  }

  /**
   * @param index a name, {@code *}, or a key pattern
   */
  public void dropIndexes(SimulatedCollection collection, RawElement index) {
    boolean all = index.type() == BsonTypes.STRING && index.string().equals("*");
    boolean any = false;
    for (RawDocument specification : collection.indexes()) {
      String name = specification.string("name", "");
      boolean named =
          index.isContainer()
              ? specification.document("key").equals(index.document())
              : index.string().equals(name);
      if (named && name.equals("_id_")) {
        throw new CommandFailure(72, "InvalidOptions", "cannot drop _id index");
      }
      if (named || (all && !name.equals("_id_"))) {
        collection.dropIndex(name);
        RawDocument command =
            new RawWriter()
                .string("dropIndexes", name(collection.namespace()))
                .string("index", name)
                .done();
        member
            .log()
            .command(database(collection.namespace()), collection.uuid(), command, specification);
        any = true;
      }
    }
    if (!any && !all) {
      throw new CommandFailure(27, "IndexNotFound", "index not found with that name or key");
    }
  }
}
