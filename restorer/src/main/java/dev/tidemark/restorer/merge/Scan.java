package dev.tidemark.restorer.merge;

import dev.tidemark.oplog.bson.BsonCursor;
import dev.tidemark.oplog.bson.BsonSlice;
import dev.tidemark.oplog.entry.OpKind;
import dev.tidemark.oplog.entry.OplogEntry;
import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.oplog.key.DocumentKey;
import dev.tidemark.oplog.optime.Optime;
import dev.tidemark.oplog.update.ModifierOrder;
import dev.tidemark.oplog.update.UpdateForm;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

/** What a first pass over the operations learns: what they touch. Not thread-safe. */
final class Scan implements Replay.Operations {

  /** What is known of one collection's operations. */
  static final class Footprint {
    private final TouchedKeys keys;
    private boolean inserts;
    private boolean deletes;
    private boolean truncated;

    Footprint(TouchedKeys keys) {
      this.keys = keys;
    }

    TouchedKeys keys() {
      return keys;
    }

    /**
     * Whether a capped collection may have lost documents without an entry that says so. Servers
     * that log what they evict, log it as deletes, and others allow no deletes there.
     */
    boolean evictsSilently() {
      return inserts && !deletes;
    }

    /** Whether all documents were removed at once. */
    boolean truncated() {
      return truncated;
    }
  }

  private final KeyMemory memory;
  private final Map<UUID, Footprint> footprints = new HashMap<>();
  private boolean deltas;

  Scan(long keyMemory) {
    this.memory = new KeyMemory(keyMemory);
  }

  @Override
  public void accept(OplogEntry operation, Optime effective, UUID collection) {
    Footprint footprint =
        footprints.computeIfAbsent(collection, created -> new Footprint(new TouchedKeys(memory)));
    OpKind kind = operation.kind();
    if (kind == OpKind.COMMAND) {
      footprint.truncated = true;
      return;
    }
    footprint.inserts |= kind == OpKind.INSERT;
    footprint.deletes |= kind == OpKind.DELETE;
    if (kind == OpKind.UPDATE && !deltas) {
      deltas = isDelta(operation);
    }
    footprint.keys.add(keyOf(operation).hash64());
  }

  /** A document that nothing else touches needs no attention: it is as if nothing had happened. */
  @Override
  public void leftOut(OplogEntry operation, Optime effective, UUID collection) {
    if (operation.kind() == OpKind.UPDATE && !deltas) {
      deltas = isDelta(operation);
    }
  }

  /** The document that holds the {@code _id} of the one that an operation concerns. */
  static BsonSlice keyDocument(OplogEntry operation) {
    return operation.kind() == OpKind.UPDATE && operation.o2() != null
        ? operation.o2()
        : operation.o();
  }

  static DocumentKey keyOf(OplogEntry operation) {
    try {
      return DocumentKey.ofDocument(keyDocument(operation));
    } catch (TidemarkException e) {
      throw operation.located(e);
    }
  }

  private static boolean isDelta(OplogEntry operation) {
    try {
      BsonCursor field = operation.o().cursor();
      return field.next() && field.nameIs("$v") && UpdateForm.of(operation.o()) == UpdateForm.DELTA;
    } catch (TidemarkException e) {
      throw operation.located(e);
    }
  }

  /** What is known of a collection's operations; null if there were none. */
  Footprint of(UUID collection) {
    return footprints.get(collection);
  }

  /** The order of paths on the server that wrote the entries: only 5.0 and later write deltas. */
  ModifierOrder order() {
    return deltas ? ModifierOrder.NUMERIC : ModifierOrder.LEXICOGRAPHIC;
  }
}
