package dev.tidemark.embedded.mongo.member;

import dev.tidemark.embedded.mongo.bson.RawDocument;
import dev.tidemark.embedded.mongo.bson.RawElement;
import dev.tidemark.embedded.mongo.bson.RawWriter;
import dev.tidemark.embedded.mongo.delta.DeltaDiff;
import dev.tidemark.embedded.mongo.engine.UpdateEngine;
import dev.tidemark.embedded.mongo.oplog.Retry;
import dev.tidemark.embedded.mongo.store.SimulatedCollection;
import dev.tidemark.embedded.mongo.store.StoredDocument;
import java.util.HashSet;
import java.util.Set;

/**
 * Changes documents and logs the change as a real server does. Every method runs under the write
 * lock ({@link Member#write}); what throws has changed and logged nothing.
 */
public final class DocumentWrites {

  private final Member member;
  private final DocumentRules rules;

  public DocumentWrites(Member member) {
    this.member = member;
    this.rules = new DocumentRules(member);
  }

  /**
   * How a statement writes.
   *
   * @param retry the session of a retryable write
   * @param statement its number in the command
   * @param keepEmptyTimestamps whether {@code Timestamp(0, 0)} stays as it is
   * @param bypassValidation whether the collection's validator is not asked
   */
  public record Mode(
      Retry retry, int statement, boolean keepEmptyTimestamps, boolean bypassValidation) {
    public static final Mode PLAIN = new Mode(Retry.NONE, 0, false, false);

    /** For documents that are stored already and only move. */
    public static final Mode VERBATIM = new Mode(Retry.NONE, 0, true, true);
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
    RawDocument fixed = DocumentRules.idFirst(rules.withId(document));
    if (!mode.keepEmptyTimestamps()) {
      fixed = rules.fillEmptyTimestamps(fixed);
    }
    DocumentRules.checkId(fixed.get("_id"));
    DocumentRules.checkSize(fixed);
    if (!mode.bypassValidation()) {
      rules.checkValid(collection, fixed);
    }
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
      given = rules.fillEmptyTimestamps(given);
    }
    RawDocument post = DocumentRules.idFirst(given).detached();
    DocumentRules.checkSameId(pre, post);
    DocumentRules.checkSize(post);
    if (post.equals(pre)) {
      return before;
    }
    if (!mode.bypassValidation()) {
      rules.checkValid(collection, post);
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
    return insert(
        collection,
        document,
        new Mode(mode.retry(), mode.statement(), keep, mode.bypassValidation()));
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
}
