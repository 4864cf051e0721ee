package dev.tidemark.embedded.mongo.member;

import dev.tidemark.embedded.mongo.bson.BsonTypes;
import dev.tidemark.embedded.mongo.bson.RawDocument;
import dev.tidemark.embedded.mongo.bson.RawElement;
import dev.tidemark.embedded.mongo.bson.RawOrder;
import dev.tidemark.embedded.mongo.bson.RawWriter;
import dev.tidemark.embedded.mongo.store.SimulatedCollection;
import dev.tidemark.embedded.mongo.wire.CommandFailure;

/** What a server does to a document before it stores it, and what it refuses. */
final class DocumentRules {

  private static final int MAX_DOCUMENT = 16 * 1024 * 1024;

  private final Member member;

  DocumentRules(Member member) {
    this.member = member;
  }

  /** A validator that is no JSON schema; those are kept, but not enforced. */
  void checkValid(SimulatedCollection collection, RawDocument document) {
    RawDocument options = collection.options();
    RawDocument validator = options.document("validator");
    if (validator == null
        || validator.isEmpty()
        || validator.has("$jsonSchema")
        || options.string("validationLevel", "strict").equals("off")
        || options.string("validationAction", "error").equals("warn")) {
      return;
    }
    if (!member.queries().filter(validator).test(document)) {
      throw new CommandFailure(121, "DocumentValidationFailure", "Document failed validation");
    }
  }

  RawDocument withId(RawDocument document) {
    if (document.has("_id")) {
      return document;
    }
    byte[] id = member.identifiers().objectId(member.clock().millis());
    return new RawWriter().objectId("_id", id).all(document).done();
  }

  static RawDocument idFirst(RawDocument document) {
    RawElement id = document.get("_id");
    if (id == null || id.equals(document.first())) {
      return document;
    }
    RawWriter out = new RawWriter().element(id);
    boolean moved = false;
    for (RawElement element : document) {
      if (!moved && element.start() == id.start()) {
        moved = true;
      } else {
        out.element(element);
      }
    }
    return out.done();
  }

  /** The server replaces empty timestamps at the top level, except in {@code _id}. */
  RawDocument fillEmptyTimestamps(RawDocument document) {
    boolean any = false;
    for (RawElement element : document) {
      any |= isEmptyTimestamp(element);
    }
    if (!any) {
      return document;
    }
    RawWriter out = new RawWriter();
    long now = member.log().nextTimestamp(member.clock().millis());
    for (RawElement element : document) {
      if (isEmptyTimestamp(element)) {
        out.timestamp(element.name(), now);
      } else {
        out.element(element);
      }
    }
    return out.done();
  }

  private static boolean isEmptyTimestamp(RawElement element) {
    return element.type() == BsonTypes.TIMESTAMP
        && element.int64() == 0
        && !element.name().equals("_id");
  }

  static void checkId(RawElement id) {
    int type = id.type();
    if (type == BsonTypes.ARRAY || type == BsonTypes.REGEX || type == BsonTypes.UNDEFINED) {
      throw new CommandFailure(53, "InvalidIdField", "The '_id' value cannot be of type " + type);
    }
  }

  static void checkSameId(RawDocument pre, RawDocument post) {
    RawElement id = post.get("_id");
    if (id == null || RawOrder.INSTANCE.compare(pre.get("_id"), id) != 0) {
      throw new CommandFailure(
          66,
          "ImmutableField",
          "After applying the update, the (immutable) field '_id' was found to have been altered");
    }
  }

  static void checkSize(RawDocument document) {
    if (document.length() > MAX_DOCUMENT) {
      throw new CommandFailure(
          10334, "BSONObjectTooLarge", "object to write is too large: " + document.length());
    }
  }
}
