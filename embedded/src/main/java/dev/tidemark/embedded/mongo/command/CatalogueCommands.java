package dev.tidemark.embedded.mongo.command;

import dev.tidemark.embedded.mongo.bson.BsonTypes;
import dev.tidemark.embedded.mongo.bson.RawDocument;
import dev.tidemark.embedded.mongo.bson.RawElement;
import dev.tidemark.embedded.mongo.bson.RawWriter;
import dev.tidemark.embedded.mongo.member.CollectionChanges;
import dev.tidemark.embedded.mongo.member.CollectionModification;
import dev.tidemark.embedded.mongo.member.DocumentWrites;
import dev.tidemark.embedded.mongo.member.Member;
import dev.tidemark.embedded.mongo.store.SimulatedCollection;
import dev.tidemark.embedded.mongo.wire.CommandFailure;
import dev.tidemark.embedded.mongo.wire.Request;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Commands about collections and indexes: making, listing, changing and dropping them. */
final class CatalogueCommands {

  private final Member member;
  private final CollectionChanges changes;
  private final CollectionModification modification;

  CatalogueCommands(Member member) {
    this.member = member;
    this.changes = new CollectionChanges(member, new DocumentWrites(member));
    this.modification = new CollectionModification(member);
  }

  void addTo(Map<String, Command> commands) {
    commands.put("create", this::create);
    commands.put("drop", this::drop);
    commands.put("dropdatabase", this::dropDatabase);
    commands.put("renamecollection", this::rename);
    commands.put("converttocapped", this::convertToCapped);
    commands.put("collmod", this::collMod);
    commands.put("createindexes", this::createIndexes);
    commands.put("dropindexes", this::dropIndexes);
    commands.put("deleteindexes", this::dropIndexes);
    commands.put("listdatabases", this::listDatabases);
    commands.put("listcollections", this::listCollections);
    commands.put("listindexes", this::listIndexes);
    commands.put("collstats", this::collStats);
    commands.put("dbstats", this::dbStats);
    commands.put("validate", this::validate);
  }

  private RawWriter create(Request request) {
    return member.write(
        () -> {
          changes.create(request.namespace(), request.body());
          return new RawWriter();
        });
  }

  private RawWriter drop(Request request) {
    return member.write(
        () -> {
          SimulatedCollection collection = member.namespaces().get(request.namespace());
          Targets.refuseOther(collection, request);
          RawWriter reply = new RawWriter();
          if (collection != null) {
            changes.drop(collection);
            reply.int32("nIndexesWas", collection.indexes().size());
            reply.string("ns", collection.namespace());
          }
          return reply;
        });
  }

  private RawWriter dropDatabase(Request request) {
    return member.write(
        () ->
            changes.dropDatabase(request.database())
                ? new RawWriter().string("dropped", request.database())
                : new RawWriter());
  }

  private RawWriter rename(Request request) {
    RawDocument body = request.body();
    return member.write(
        () -> {
          String from = request.argument().string();
          String to = body.string("to", "");
          RawElement dropTarget = body.get("dropTarget");
          boolean given = dropTarget != null && dropTarget.type() == BsonTypes.BINARY;
          Targets.refuseOther(member.namespaces().get(from), request);
          if (given) {
            Targets.refuseOther(member.namespaces().get(to), dropTarget, to);
          }
          changes.rename(from, to, given || body.isTrue("dropTarget"), body.isTrue("stayTemp"));
          return new RawWriter();
        });
  }

  private RawWriter convertToCapped(Request request) {
    return member.write(
        () -> {
          changes.convertToCapped(
              changes.require(request.namespace()), request.body().number("size", 0));
          return new RawWriter();
        });
  }

  private RawWriter collMod(Request request) {
    return member.write(
        () -> {
          Targets.refuseOther(member.namespaces().get(request.namespace()), request);
          modification.apply(changes.require(request.namespace()), request.body());
          return new RawWriter();
        });
  }

  private RawWriter createIndexes(Request request) {
    return member.write(
        () -> {
          boolean isNew = member.namespaces().get(request.namespace()) == null;
          SimulatedCollection collection = changes.getOrCreate(request.namespace());
          int before = collection.indexes().size();
          for (RawDocument index : request.documents("indexes")) {
            changes.createIndex(collection, index);
          }
          return new RawWriter()
              .int32("numIndexesBefore", before)
              .int32("numIndexesAfter", collection.indexes().size())
              .bool("createdCollectionAutomatically", isNew);
        });
  }

  private RawWriter dropIndexes(Request request) {
    return member.write(
        () -> {
          Targets.refuseOther(member.namespaces().get(request.namespace()), request);
          SimulatedCollection collection = changes.require(request.namespace());
          int before = collection.indexes().size();
          RawElement index = request.body().get("index");
          if (index == null) {
            throw CommandFailure.badValue("dropIndexes needs index");
          }
          if (index.type() == BsonTypes.ARRAY) {
            index.document().forEach(name -> changes.dropIndexes(collection, name));
          } else {
            changes.dropIndexes(collection, index);
          }
          return new RawWriter().int32("nIndexesWas", before);
        });
  }

  private RawWriter listDatabases(Request request) {
    Set<String> names = new TreeSet<>(member.namespaces().databases());
    names.addAll(List.of("admin", "config", "local"));
    boolean nameOnly = request.body().isTrue("nameOnly");
    List<RawDocument> databases = new ArrayList<>();
    for (String name : names) {
      RawWriter database = new RawWriter().string("name", name);
      if (!nameOnly) {
        long bytes =
            member.namespaces().of(name).stream().mapToLong(SimulatedCollection::bytes).sum();
        database.int64("sizeOnDisk", bytes).bool("empty", bytes == 0);
      }
      databases.add(database.done());
    }
    RawDocument filter = request.body().document("filter");
    databases.removeIf(member.queries().filter(filter).negate());
    return new RawWriter().array("databases", databases);
  }

  private RawWriter listCollections(Request request) {
    boolean nameOnly = request.body().isTrue("nameOnly");
    List<RawDocument> rows = new ArrayList<>();
    for (SimulatedCollection collection : member.namespaces().of(request.database())) {
      rows.add(row(collection));
    }
    if (request.database().equals("local")) {
      rows.add(oplogRow());
    }
    rows.removeIf(member.queries().filter(request.body().document("filter")).negate());
    if (nameOnly) {
      rows.replaceAll(
          row -> new RawWriter().element(row.get("name")).element(row.get("type")).done());
    }
    return Cursors.reply(0, request.database() + ".$cmd.listCollections", "firstBatch", rows);
  }

  private static RawDocument row(SimulatedCollection collection) {
    RawWriter row = new RawWriter().string("name", CollectionChanges.name(collection.namespace()));
    row.string("type", collection.isView() ? "view" : "collection");
    row.document("options", collection.options());
    row.openDocument("info").bool("readOnly", collection.isView());
    if (collection.isView()) {
      return row.close().done();
    }
    row.uuid("uuid", collection.uuid()).close();
    return row.document("idIndex", collection.index("_id_")).done();
  }

  private RawDocument oplogRow() {
    RawWriter row = new RawWriter().string("name", "oplog.rs").string("type", "collection");
    row.openDocument("options").bool("capped", true);
    row.int64("size", member.oplog().maxBytes()).bool("autoIndexId", false).close();
    row.openDocument("info").bool("readOnly", false);
    return row.uuid("uuid", member.identity().oplogUuid()).close().done();
  }

  private RawWriter listIndexes(Request request) {
    SimulatedCollection collection = Targets.find(member, request);
    if (collection == null) {
      throw CommandFailure.namespaceNotFound("ns does not exist: " + request.namespace());
    }
    if (collection.isView()) {
      throw new CommandFailure(
          166, "CommandNotSupportedOnView", collection.namespace() + " is a view");
    }
    return Cursors.reply(0, collection.namespace(), "firstBatch", collection.indexes());
  }

  private RawWriter collStats(Request request) {
    return new RawWriter()
        .all(
            Targets.isOplog(member, request)
                ? CollectionStats.ofOplog(member)
                : CollectionStats.of(
                    member.namespaces().get(request.namespace()), request.namespace()));
  }

  private RawWriter dbStats(Request request) {
    long bytes = 0;
    long objects = 0;
    int collections = 0;
    for (SimulatedCollection collection : member.namespaces().of(request.database())) {
      bytes += collection.bytes();
      objects += collection.count();
      collections++;
    }
    RawWriter reply = new RawWriter().string("db", request.database());
    reply.int64("collections", collections).int64("objects", objects);
    return reply.number("dataSize", bytes).number("storageSize", bytes);
  }

  private RawWriter validate(Request request) {
    SimulatedCollection collection = changes.require(request.namespace());
    RawWriter reply = new RawWriter().string("ns", collection.namespace());
    return reply.int32("nrecords", collection.count()).bool("valid", true);
  }
}
