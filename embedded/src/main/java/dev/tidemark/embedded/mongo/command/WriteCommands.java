package dev.tidemark.embedded.mongo.command;

import de.bwaldvogel.mongo.exception.MongoServerException;
import dev.tidemark.embedded.mongo.bson.RawDocument;
import dev.tidemark.embedded.mongo.bson.RawElement;
import dev.tidemark.embedded.mongo.bson.RawWriter;
import dev.tidemark.embedded.mongo.engine.UpdateEngine;
import dev.tidemark.embedded.mongo.member.CollectionChanges;
import dev.tidemark.embedded.mongo.member.DocumentWrites;
import dev.tidemark.embedded.mongo.member.DocumentWrites.Change;
import dev.tidemark.embedded.mongo.member.DocumentWrites.Mode;
import dev.tidemark.embedded.mongo.member.Member;
import dev.tidemark.embedded.mongo.oplog.Retry;
import dev.tidemark.embedded.mongo.store.SimulatedCollection;
import dev.tidemark.embedded.mongo.store.StoredDocument;
import dev.tidemark.embedded.mongo.wire.CommandFailure;
import dev.tidemark.embedded.mongo.wire.Request;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/**
 * insert, update, delete and findAndModify. Each statement takes the write lock by itself (inserts
 * of one command together), so that concurrent writers interleave as on a server.
 */
final class WriteCommands {

  private final Member member;
  private final DocumentWrites writes;
  private final CollectionChanges changes;
  private final RetryHistory history = new RetryHistory();

  WriteCommands(Member member) {
    this.member = member;
    this.writes = new DocumentWrites(member);
    this.changes = new CollectionChanges(member, writes);
  }

  void addTo(Map<String, Command> commands) {
    commands.put("insert", request -> history.once(request, retry -> insert(request, retry)));
    commands.put("update", request -> history.once(request, retry -> update(request, retry)));
    commands.put("delete", request -> history.once(request, retry -> delete(request, retry)));
    commands.put(
        "findandmodify", request -> history.once(request, retry -> findAndModify(request, retry)));
  }

  /** What one command has done so far, and which of its statements failed. */
  private static final class Outcome {
    private int matched;
    private int modified;
    private final List<RawDocument> upserted = new ArrayList<>();
    private final List<RawDocument> errors = new ArrayList<>();

    void failed(int index, CommandFailure failure) {
      RawWriter error = new RawWriter().int32("index", index).int32("code", failure.code());
      error.string("errmsg", failure.getMessage());
      errors.add(error.all(failure.details()).done());
    }
  }

  private interface Statement {
    void run(int index);
  }

  private static void each(int count, boolean ordered, Outcome outcome, Statement statement) {
    for (int index = 0; index < count; index++) {
      try {
        statement.run(index);
      } catch (CommandFailure e) {
        // The member's state is the whole command's failure, not the statement's.
        if (e.code() == 10107) {
          throw e;
        }
        outcome.failed(index, e);
      } catch (MongoServerException e) {
        outcome.failed(index, CommandTable.translated(e));
      }
      if (ordered && !outcome.errors.isEmpty()) {
        return;
      }
    }
  }

  private static boolean isOrdered(Request request) {
    RawElement ordered = request.body().get("ordered");
    return ordered == null || ordered.isTruthy();
  }

  private Mode mode(Request request, Retry retry, int statement) {
    return new Mode(
        retry,
        statement,
        request.body().isTrue("bypassEmptyTsReplacement"),
        request.body().isTrue("bypassDocumentValidation"));
  }

  private static void checkWritable(String namespace) {
    if (namespace.startsWith("local.")) {
      throw CommandFailure.notSupported("writes to the local database");
    }
    if (namespace.endsWith(".system.views")) {
      throw new CommandFailure(73, "InvalidNamespace", "cannot write to " + namespace);
    }
  }

  private SimulatedCollection writable(String namespace) {
    SimulatedCollection collection = changes.getOrCreate(namespace);
    if (collection.isView()) {
      throw new CommandFailure(
          166, "CommandNotSupportedOnView", "Namespace " + namespace + " is a view");
    }
    return collection;
  }

  private RawWriter insert(Request request, Retry retry) {
    String namespace = request.namespace();
    checkWritable(namespace);
    List<RawDocument> documents = request.documents("documents");
    Outcome outcome = new Outcome();
    member.write(
        () -> {
          Targets.refuseOther(member.namespaces().get(namespace), request);
          SimulatedCollection collection = writable(namespace);
          each(
              documents.size(),
              isOrdered(request),
              outcome,
              index -> {
                writes.insert(collection, documents.get(index), mode(request, retry, index));
                outcome.matched++;
              });
          return null;
        });
    return errors(new RawWriter().int32("n", outcome.matched), outcome);
  }

  private RawWriter update(Request request, Retry retry) {
    String namespace = request.namespace();
    checkWritable(namespace);
    List<RawDocument> statements = request.documents("updates");
    Outcome outcome = new Outcome();
    each(
        statements.size(),
        isOrdered(request),
        outcome,
        index ->
            member.write(
                () -> {
                  Targets.refuseOther(member.namespaces().get(namespace), request);
                  updateOne(namespace, statements.get(index), mode(request, retry, index), outcome);
                  return null;
                }));
    RawWriter reply = new RawWriter().int32("n", outcome.matched + outcome.upserted.size());
    reply.int32("nModified", outcome.modified);
    if (!outcome.upserted.isEmpty()) {
      reply.array("upserted", outcome.upserted);
    }
    return errors(reply, outcome);
  }

  private void updateOne(String namespace, RawDocument statement, Mode mode, Outcome outcome) {
    Change change =
        new Change(statement.document("q"), statement.get("u"), statement.get("arrayFilters"));
    boolean multi = statement.isTrue("multi");
    if (multi && UpdateEngine.form(change.update()) == UpdateEngine.Form.REPLACEMENT) {
      throw new CommandFailure(
          9, "FailedToParse", "multi update is not supported for replacement-style update");
    }
    boolean upsert = statement.isTrue("upsert");
    SimulatedCollection collection = member.namespaces().get(namespace);
    if (collection == null && upsert) {
      collection = changes.getOrCreate(namespace);
    }
    if (collection == null) {
      return;
    }
    Selection selection = new Selection(change.query(), null, statement.get("hint"), null, null);
    List<StoredDocument> found =
        first(selection.scan(collection, member.queries()), multi ? Integer.MAX_VALUE : 1);
    if (found.isEmpty() && upsert) {
      StoredDocument inserted = writes.upsert(collection, change, mode);
      outcome.upserted.add(
          new RawWriter()
              .int32("index", mode.statement())
              .element(inserted.raw().get("_id"))
              .done());
    }
    for (StoredDocument document : found) {
      StoredDocument after = writes.update(collection, document, change, mode);
      outcome.matched++;
      outcome.modified += after.raw().equals(document.raw()) ? 0 : 1;
    }
  }

  private RawWriter delete(Request request, Retry retry) {
    String namespace = request.namespace();
    checkWritable(namespace);
    List<RawDocument> statements = request.documents("deletes");
    Outcome outcome = new Outcome();
    each(
        statements.size(),
        isOrdered(request),
        outcome,
        index ->
            member.write(
                () -> {
                  SimulatedCollection collection = member.namespaces().get(namespace);
                  if (collection != null) {
                    RawDocument statement = statements.get(index);
                    Selection selection = Selection.of(statement.document("q"));
                    int limit = statement.number("limit", 0) == 1 ? 1 : Integer.MAX_VALUE;
                    Mode mode = mode(request, retry, index);
                    for (StoredDocument document :
                        first(selection.scan(collection, member.queries()), limit)) {
                      writes.delete(collection, document, mode);
                      outcome.matched++;
                    }
                  }
                  return null;
                }));
    return errors(new RawWriter().int32("n", outcome.matched), outcome);
  }

  private static List<StoredDocument> first(Iterator<StoredDocument> documents, int limit) {
    List<StoredDocument> found = new ArrayList<>();
    while (found.size() < limit && documents.hasNext()) {
      found.add(documents.next());
    }
    return found;
  }

  private static RawWriter errors(RawWriter reply, Outcome outcome) {
    return outcome.errors.isEmpty() ? reply : reply.array("writeErrors", outcome.errors);
  }

  private RawWriter findAndModify(Request request, Retry retry) {
    String namespace = request.namespace();
    checkWritable(namespace);
    RawDocument body = request.body();
    return member.write(
        () -> {
          RawDocument query = body.document("query");
          Selection selection =
              new Selection(
                  query == null ? RawDocument.empty() : query,
                  sort(body),
                  body.get("hint"),
                  null,
                  null);
          SimulatedCollection collection = member.namespaces().get(namespace);
          List<StoredDocument> found =
              collection == null
                  ? List.of()
                  : first(selection.scan(collection, member.queries()), 1);
          Mode mode = mode(request, retry, 0);
          return found.isEmpty()
              ? nothingFound(namespace, selection.query(), body, mode)
              : modify(collection, found.get(0), selection.query(), body, mode);
        });
  }

  private static RawDocument sort(RawDocument body) {
    RawDocument sort = body.document("sort");
    return sort == null || sort.isEmpty() ? null : sort;
  }

  private RawWriter modify(
      SimulatedCollection collection,
      StoredDocument before,
      RawDocument query,
      RawDocument body,
      Mode mode) {
    RawWriter last = new RawWriter().int32("n", 1);
    StoredDocument shown = before;
    if (body.isTrue("remove")) {
      writes.delete(collection, before, mode);
    } else {
      StoredDocument after = writes.update(collection, before, change(query, body), mode);
      last.bool("updatedExisting", true);
      shown = body.isTrue("new") ? after : before;
    }
    return result(last, shown.raw(), body);
  }

  private RawWriter nothingFound(String namespace, RawDocument query, RawDocument body, Mode mode) {
    if (body.isTrue("remove") || !body.isTrue("upsert")) {
      RawWriter last = new RawWriter().int32("n", 0);
      return result(body.isTrue("remove") ? last : last.bool("updatedExisting", false), null, body);
    }
    SimulatedCollection collection = writable(namespace);
    StoredDocument inserted = writes.upsert(collection, change(query, body), mode);
    RawWriter last = new RawWriter().int32("n", 1).bool("updatedExisting", false);
    last.element("upserted", inserted.raw().get("_id"));
    return result(last, body.isTrue("new") ? inserted.raw() : null, body);
  }

  private static Change change(RawDocument query, RawDocument body) {
    RawElement update = body.get("update");
    if (update == null || !update.isContainer()) {
      throw new CommandFailure(
          9, "FailedToParse", "Either an update or remove=true must be specified");
    }
    return new Change(query, update, body.get("arrayFilters"));
  }

  private RawWriter result(RawWriter last, RawDocument value, RawDocument body) {
    RawWriter reply = new RawWriter().document("lastErrorObject", last.done());
    return value == null
        ? reply.nil("value")
        : reply.document(
            "value", member.queries().projection(body.document("fields")).apply(value));
  }
}
