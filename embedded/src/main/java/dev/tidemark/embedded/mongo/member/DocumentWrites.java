package dev.tidemark.embedded.mongo.member;

import dev.tidemark.embedded.mongo.bson.BsonTypes;
import dev.tidemark.embedded.mongo.bson.RawDocument;
import dev.tidemark.embedded.mongo.bson.RawElement;
import dev.tidemark.embedded.mongo.bson.RawOrder;
import dev.tidemark.embedded.mongo.bson.RawWriter;
import dev.tidemark.embedded.mongo.delta.DeltaDiff;
import dev.tidemark.embedded.mongo.engine.UpdateEngine;
import dev.tidemark.embedded.mongo.oplog.Retry;
import dev.tidemark.embedded.mongo.store.SimulatedCollection;
import dev.tidemark.embedded.mongo.store.StoredDocument;
import dev.tidemark.embedded.mongo.wire.CommandFailure;
import java.util.HashSet;
import java.util.Set;

/**
 * Changes documents and logs the change as a real server does. Every method runs under the write
 * lock ({@link Member#write}); what throws has changed and logged nothing.
 */
public final class DocumentWrites {

  private static final int MAX_DOCUMENT = 16 * 1024 * 1024;

  private final Member member;

  public DocumentWrites(Member member) {
    this.member = member;
  }

  /**
   * How a statement writes.
   *
   * @param retry the session of a retryable write
   * @param statement its number in the command
   * @param keepEmptyTimestamps whether {@code Timestamp(0, 0)} stays as it is
   */
  public record Mode(Retry retry, int statement, boolean keepEmptyTimestamps) {
    public static final Mode PLAIN = new Mode(Retry.NONE, 0, false);
  }

  /**
   * An update's statement.
   *
   * @param query what the document was found by; the positional operator refers to it
   * @param update operators, a replacement or a pipeline
   * @param arrayFilters or null
   */
  public record Change(RawDocument query, RawElement update, RawElement arrayFilters) {}

  public StoredDocument insert(SimulatedCollection collection, RawDocument document, Mode mode) {
    RawDocument fixed = idFirst(withId(document));
    if (!mode.keepEmptyTimestamps()) {
      fixed = fillEmptyTimestamps(fixed);
    }
    checkId(fixed.get("_id"));
    checkSize(fixed);
    RawDocument stored = fixed.detached();
    StoredDocument inserted = collection.insert(stored);
    member
        .log()
        .insert(collection.namespace(), collection.uuid(), stored, mode.retry(), mode.statement());
    evict(collection);
    return inserted;
  }

  public void delete(SimulatedCollection collection, StoredDocument document, Mode mode) {
    collection.remove(document);
    member
        .log()
        .delete(
            collection.namespace(),
            collection.uuid(),
            document.raw().get("_id"),
            mode.retry(),
            mode.statement());
  }

  /**
   * @return the document afterwards; the very same one if nothing changed
   */
  public StoredDocument update(
      SimulatedCollection collection, StoredDocument before, Change change, Mode mode) {
    UpdateEngine.Form form = UpdateEngine.form(change.update());
    RawDocument pre = before.raw();
    RawDocument given =
        member.updates().apply(pre, change.query(), change.update(), change.arrayFilters());
    if (form == UpdateEngine.Form.REPLACEMENT && !mode.keepEmptyTimestamps()) {
      given = fillEmptyTimestamps(given);
    }
    RawDocument post = idFirst(given).detached();
    checkSameId(pre, post);
    checkSize(post);
    if (post.equals(pre)) {
      return before;
    }
    StoredDocument after = collection.replace(before, post);
    member
        .log()
        .update(
            collection.namespace(),
            collection.uuid(),
            pre.get("_id"),
            // A replacement is logged in the user's order, although `_id` is stored first.
            form == UpdateEngine.Form.REPLACEMENT ? given : logged(change, pre, post),
            mode.retry(),
            mode.statement());
    return after;
  }

  /** Inserts what an upsert makes of a query that matched nothing. */
  public StoredDocument upsert(SimulatedCollection collection, Change change, Mode mode) {
    RawDocument document =
        member.updates().upsert(change.query(), change.update(), change.arrayFilters());
    boolean keep =
        mode.keepEmptyTimestamps()
            || UpdateEngine.form(change.update()) != UpdateEngine.Form.REPLACEMENT;
    return insert(collection, document, new Mode(mode.retry(), mode.statement(), keep));
  }

  private static RawDocument logged(Change change, RawDocument pre, RawDocument post) {
    boolean pipeline = UpdateEngine.form(change.update()) == UpdateEngine.Form.PIPELINE;
    RawDocument diff =
        pipeline
            ? DeltaDiff.ofPipeline(pre, post)
            : DeltaDiff.ofOperators(pre, post, assigned(change.update().document()));
    if (diff == null) {
      return post;
    }
    RawDocument delta = new RawWriter().int32("$v", 2).document("diff", diff).done();
    // Only a pipeline's result is logged whole when that is shorter.
    return pipeline && delta.length() >= post.length() ? post : delta;
  }

  private static Set<String> assigned(RawDocument operators) {
    Set<String> fields = new HashSet<>();
    for (RawElement operator : operators) {
      if (Set.of("$set", "$min", "$max").contains(operator.name())) {
        operator.document().forEach(field -> fields.add(field.name()));
      }
    }
    return fields;
  }

  private void evict(SimulatedCollection collection) {
    if (!collection.isCapped()) {
      return;
    }
    long size = collection.options().number("size", Long.MAX_VALUE);
    long max = collection.options().number("max", 0);
    while (collection.count() > 1
        && (collection.bytes() > size || (max > 0 && collection.count() > max))) {
      delete(collection, collection.natural().firstEntry().getValue(), Mode.PLAIN);
    }
  }

  private RawDocument withId(RawDocument document) {
    if (document.has("_id")) {
      return document;
    }
    byte[] id = member.identifiers().objectId(member.clock().millis());
    return new RawWriter().objectId("_id", id).all(document).done();
  }

  private static RawDocument idFirst(RawDocument document) {
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
  private RawDocument fillEmptyTimestamps(RawDocument document) {
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

  private static void checkId(RawElement id) {
    int type = id.type();
    if (type == BsonTypes.ARRAY || type == BsonTypes.REGEX || type == BsonTypes.UNDEFINED) {
      throw new CommandFailure(53, "InvalidIdField", "The '_id' value cannot be of type " + type);
    }
  }

  private static void checkSameId(RawDocument pre, RawDocument post) {
    RawElement id = post.get("_id");
    if (id == null || RawOrder.INSTANCE.compare(pre.get("_id"), id) != 0) {
      throw new CommandFailure(
          66,
          "ImmutableField",
          "After applying the update, the (immutable) field '_id' was found to have been altered");
    }
  }

  private static void checkSize(RawDocument document) {
    if (document.length() > MAX_DOCUMENT) {
      throw new CommandFailure(
          10334, "BSONObjectTooLarge", "object to write is too large: " + document.length());
    }
  }
}
