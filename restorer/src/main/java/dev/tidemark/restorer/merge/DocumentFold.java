package dev.tidemark.restorer.merge;

import dev.tidemark.oplog.bson.BsonBuffer;
import dev.tidemark.oplog.bson.BsonSlice;
import dev.tidemark.restorer.merge.FoldRules.Traits;
import dev.tidemark.restorer.merge.OverlayTable.State;

/**
 * Applies operations to documents as a server does that replays its oplog.
 *
 * <p>An insert over an existing document replaces it, a delete of a missing one is nothing. An
 * update without a document makes none (a replacement does, an upsert does), but is remembered
 * until an insert or a delete explains it. In a capped collection an insert takes the last place,
 * also of a document that exists: over a base that was read later than the entry, that is what puts
 * all documents back into the order in which they were inserted. Not thread-safe.
 */
final class DocumentFold {

  private final FoldRules rules;
  private final LocatedUpdates updates;
  private final UndoneFold undone;

  DocumentFold(FoldRules rules) {
    this.rules = rules;
    this.updates = new LocatedUpdates(rules);
    this.undone = new UndoneFold(updates);
  }

  void apply(OverlayTable table, DocumentOperation operation) {
    Traits traits = rules.of(operation.collection());
    int at = table.find(operation.hash(), operation.key());
    if (operation.kind().isUndo() || (at >= 0 && table.undone(at) != null)) {
      undone.apply(table, at, traits, operation);
      return;
    }
    if (at >= 0 && isHeldAlready(table, at, traits, operation)) {
      return;
    }
    switch (operation.kind()) {
      case LOAD -> put(table, at, operation, State.LIVE, loadNumber(traits, operation));
      case LOAD_HEALED -> put(table, at, operation, State.HEALED, loadNumber(traits, operation));
      case LOAD_MISSING -> put(table, at, operation, State.MISSING, operation.optime());
      case INSERT -> put(table, at, operation, State.LIVE, newNumber(traits, operation));
      case UPDATE -> update(table, at, traits, operation);
      case UPSERT -> upsert(table, at, traits, operation);
      case DELETE -> {
        if (at >= 0) {
          table.remove(at);
        }
      }
      case TRUNCATE -> throw new IllegalArgumentException("a whole table is truncated at once");
      case LOAD_UNDONE, SKIPPED_INSERT, SKIPPED_UPDATE, SKIPPED_UPSERT, SKIPPED_DELETE ->
          throw new IllegalArgumentException("undo is not for every document");
    }
  }

  /** Whether the base's document was read after the operation took effect. */
  private static boolean isHeldAlready(
      OverlayTable table, int at, Traits traits, DocumentOperation operation) {
    return !traits.ordered()
        && Long.compareUnsigned(table.number(at), operation.optime()) >= 0
        && table.state(at) == State.LIVE
        && operation.kind().isWrite();
  }

  private static long loadNumber(Traits traits, DocumentOperation operation) {
    return traits.ordered() ? operation.sequence() : operation.optime();
  }

  static long newNumber(Traits traits, DocumentOperation operation) {
    return traits.ordered() ? operation.sequence() : 0;
  }

  private static void put(
      OverlayTable table, int at, DocumentOperation operation, State state, long number) {
    byte[] document = operation.payload().compact().array();
    if (at >= 0) {
      table.replace(at, document, state, number);
    } else {
      table.add(operation.hash(), document, state, number);
    }
  }

  private void update(OverlayTable table, int at, Traits traits, DocumentOperation operation) {
    if (at >= 0 && table.state(at) != State.MISSING) {
      change(table, at, operation);
    } else if (traits.evicting()) {
      // The document was evicted before the base was read.
      return;
    } else if (updates.isReplacement(operation)) {
      long number =
          traits.ordered() ? operation.sequence() : at >= 0 ? table.number(at) : operation.optime();
      put(table, at, operation, State.HEALED, number);
    } else if (at < 0) {
      table.add(operation.hash(), idOnly(operation.key()), State.MISSING, operation.optime());
    }
  }

  private void upsert(OverlayTable table, int at, Traits traits, DocumentOperation operation) {
    if (at >= 0 && table.state(at) != State.MISSING) {
      change(table, at, operation);
      return;
    }
    byte[] document = updates.insert(operation).compact().array();
    long number = newNumber(traits, operation);
    if (at >= 0) {
      table.replace(at, document, State.LIVE, number);
    } else {
      table.add(operation.hash(), document, State.LIVE, number);
    }
  }

  private void change(OverlayTable table, int at, DocumentOperation operation) {
    BsonSlice before = table.document(at);
    BsonSlice after = updates.apply(before, operation);
    if (after.array() != before.array()) {
      table.change(at, after.compact().array());
    }
  }

  static byte[] idOnly(BsonSlice key) {
    BsonBuffer buffer = new BsonBuffer(64);
    int start = buffer.startDocument();
    buffer.copyElement(key.find("_id"));
    buffer.endDocument(start);
    return buffer.toSlice().compact().array();
  }
}
