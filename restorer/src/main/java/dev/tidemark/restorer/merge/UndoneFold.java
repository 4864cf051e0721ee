package dev.tidemark.restorer.merge;

import dev.tidemark.oplog.bson.BsonSlice;
import dev.tidemark.restorer.merge.FoldRules.Traits;
import dev.tidemark.restorer.merge.OverlayTable.State;
import dev.tidemark.restorer.undo.Finding;
import dev.tidemark.restorer.undo.Images;

/**
 * Applies operations to documents of which one was left out. Beside the document that is restored
 * it follows the one that there is at the source, for which the operations that stay were made;
 * where both are equal again, nothing is left to follow. An update whose document is missing only
 * because its insert was left out changes nothing, whatever its form, and is no sign of an
 * incomplete base. Not thread-safe.
 */
final class UndoneFold {

  private final LocatedUpdates updates;

  UndoneFold(LocatedUpdates updates) {
    this.updates = updates;
  }

  void apply(OverlayTable table, int at, Traits traits, DocumentOperation operation) {
    switch (operation.kind()) {
      case LOAD_UNDONE -> load(table, at, operation);
      case SKIPPED_INSERT, SKIPPED_UPDATE, SKIPPED_UPSERT, SKIPPED_DELETE ->
          leaveOut(table, at, operation);
      case INSERT -> replace(table, at, operation.payload(), operation, traits);
      case DELETE -> table.remove(at);
      case UPDATE, UPSERT -> update(table, at, traits, operation);
      case LOAD, LOAD_HEALED, LOAD_MISSING, TRUNCATE ->
          throw new IllegalArgumentException("a document is loaded before anything happens to it");
    }
  }

  private static void load(OverlayTable table, int at, DocumentOperation operation) {
    int slot = at >= 0 ? at : addAbsent(table, operation);
    table.undone(
        slot, Undone.unpacked(operation.sequence(), operation.payload(), operation.optime()));
  }

  private static int addAbsent(OverlayTable table, DocumentOperation operation) {
    return table.add(operation.hash(), DocumentFold.idOnly(operation.key()), State.ABSENT, 0);
  }

  /** The document at the source changes, the restored one does not. */
  private void leaveOut(OverlayTable table, int found, DocumentOperation operation) {
    int at = found;
    if (at >= 0 && table.state(at) == State.MISSING) {
      if (operation.kind() == DocumentOperation.Kind.SKIPPED_UPDATE) {
        return;
      }
      // Left out or not, it explains the update that had no document.
      table.remove(at);
      at = -1;
    }
    Undone known = at < 0 ? null : table.undone(at);
    BsonSlice restored = at < 0 ? null : restored(table, at);
    BsonSlice source = known == null || known.same() ? restored : known.source();
    BsonSlice then =
        switch (operation.kind()) {
          case SKIPPED_INSERT -> operation.payload();
          case SKIPPED_UPDATE -> source == null ? null : updates.apply(source, operation);
          case SKIPPED_UPSERT ->
              source == null ? updates.insert(operation) : updates.apply(source, operation);
          default -> null;
        };
    if (at < 0) {
      if (then == null) {
        return;
      }
      at = addAbsent(table, operation);
    }
    keep(
        table,
        at,
        Undone.of(
            restored,
            then,
            known == null ? 0 : known.findings(),
            known == null ? 0 : known.optime()));
  }

  private static BsonSlice restored(OverlayTable table, int at) {
    return table.state(at) == State.ABSENT ? null : table.document(at);
  }

  /** Remembers what there is to remember; of a document that nowhere exists that is nothing. */
  private static void keep(OverlayTable table, int at, Undone undone) {
    if (!undone.isNothing()) {
      table.undone(at, undone);
    } else if (table.state(at) == State.ABSENT) {
      table.remove(at);
    } else {
      table.undone(at, null);
    }
  }

  /** A whole document: from here on it is the one at the source, whatever was left out. */
  private static void replace(
      OverlayTable table, int at, BsonSlice document, DocumentOperation operation, Traits traits) {
    boolean absent = table.state(at) == State.ABSENT;
    int findings = absent ? 0 : Undone.bit(Finding.REPLACED);
    table.replace(
        at, document.compact().array(), State.LIVE, DocumentFold.newNumber(traits, operation));
    keep(table, at, new Undone(true, null, findings, operation.optime()));
  }

  private void update(OverlayTable table, int at, Traits traits, DocumentOperation operation) {
    Undone known = table.undone(at);
    BsonSlice restored = restored(table, at);
    if (restored == null) {
      updateAbsent(table, at, traits, operation, known);
      return;
    }
    BsonSlice after = updates.apply(restored, operation);
    if (updates.isReplacement(operation)) {
      table.change(at, after.compact().array());
      table.undone(at, new Undone(true, null, Undone.bit(Finding.REPLACED), operation.optime()));
      return;
    }
    if (after.array() != restored.array()) {
      table.change(at, after.compact().array());
    }
    if (!known.same()) {
      keep(table, at, compared(known, restored, table.document(at), operation));
    }
  }

  /** What is known after an update of a document that differs from the one at the source. */
  private Undone compared(
      Undone known, BsonSlice restored, BsonSlice after, DocumentOperation operation) {
    BsonSlice before = known.source();
    BsonSlice source = before == null ? null : updates.apply(before, operation).compact();
    int findings = known.findings() | Undone.bit(Finding.LATER_UPDATES);
    if (source != null) {
      Images images = Images.of(restored, after, before, source);
      findings |= images.leavesNull() ? Undone.bit(Finding.NULLS) : 0;
      findings |= images.leavesNumber() ? Undone.bit(Finding.ABSOLUTE_NUMBERS) : 0;
    }
    long optime = known.findings() == 0 ? operation.optime() : known.optime();
    Undone undone = Undone.of(after, source, findings, optime);
    return undone.same()
        ? new Undone(true, null, findings & ~Undone.bit(Finding.NULLS), optime)
        : undone;
  }

  private void updateAbsent(
      OverlayTable table, int at, Traits traits, DocumentOperation operation, Undone known) {
    BsonSlice before = known.source();
    if (operation.kind() == DocumentOperation.Kind.UPSERT) {
      BsonSlice made = updates.insert(operation).compact();
      BsonSlice source = before == null ? made : updates.apply(before, operation).compact();
      table.replace(at, made.array(), State.LIVE, DocumentFold.newNumber(traits, operation));
      keep(
          table,
          at,
          Undone.of(made, source, known.findings(), known.optime())
              .with(Finding.LATER_UPDATES, operation.optime()));
      return;
    }
    BsonSlice source = before == null ? null : updates.apply(before, operation);
    keep(
        table,
        at,
        Undone.of(null, source, known.findings(), known.optime())
            .with(Finding.WITHOUT_TARGET, operation.optime()));
  }
}
