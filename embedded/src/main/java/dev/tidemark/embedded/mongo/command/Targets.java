package dev.tidemark.embedded.mongo.command;

import dev.tidemark.embedded.mongo.bson.BsonTypes;
import dev.tidemark.embedded.mongo.bson.RawElement;
import dev.tidemark.embedded.mongo.member.Member;
import dev.tidemark.embedded.mongo.store.SimulatedCollection;
import dev.tidemark.embedded.mongo.wire.CommandFailure;
import dev.tidemark.embedded.mongo.wire.Request;
import java.util.UUID;

/** Which collection a command is about: it may be named, or given by its UUID. */
final class Targets {

  private Targets() {}

  /** The collection, or null if there is none of that name. */
  static SimulatedCollection find(Member member, Request request) {
    RawElement argument = request.argument();
    if (argument.type() == BsonTypes.STRING) {
      return member.namespaces().get(request.namespace());
    }
    UUID uuid = argument.uuid();
    if (uuid == null) {
      throw new CommandFailure(
          73, "InvalidNamespace", "collection name has invalid type " + argument.type());
    }
    SimulatedCollection collection = member.namespaces().get(uuid);
    if (collection == null || !collection.namespace().startsWith(request.database() + ".")) {
      throw CommandFailure.namespaceNotFound(
          "Unable to resolve " + request.database() + " collection with UUID " + uuid);
    }
    return collection;
  }

  /** Refuses a command that expects another collection under the name than the one it has now. */
  static void refuseOther(SimulatedCollection collection, Request request) {
    RawElement expected = request.body().get("collectionUUID");
    if (expected != null) {
      refuseOther(collection, expected, request.namespace());
    }
  }

  /** Refuses one if another one is expected under that name. */
  static void refuseOther(SimulatedCollection collection, RawElement expected, String namespace) {
    if (collection == null || !collection.uuid().equals(expected.uuid())) {
      throw new CommandFailure(
          361,
          "CollectionUUIDMismatch",
          "Collection UUID does not match that specified: " + namespace);
    }
  }

  static boolean isOplog(Member member, Request request) {
    RawElement argument = request.argument();
    if (!request.database().equals("local")) {
      return false;
    }
    return argument.type() == BsonTypes.STRING
        ? argument.string().equals("oplog.rs")
        : member.identity().oplogUuid().equals(argument.uuid());
  }
}
