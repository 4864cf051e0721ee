package dev.tidemark.oplog.update;

import dev.tidemark.oplog.bson.BsonBuffer;
import dev.tidemark.oplog.bson.BsonCursor;
import dev.tidemark.oplog.bson.BsonSlice;
import dev.tidemark.oplog.entry.OplogEntry;
import dev.tidemark.oplog.error.OplogError;
import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.oplog.key.DocumentKey;

/**
 * Makes the document after an update of the document before it, with the semantics of a server that
 * replays its oplog.
 *
 * <p>All work is on raw bytes: what an update does not name is copied as it is, so that duplicate
 * fields, -0.0, trailing zeros of decimals and the order of fields survive. Neither argument is
 * changed. A result is one of the two arguments where that is the answer (the stored document if
 * nothing changes, the entry's own bytes for a replacement) and otherwise has an array of its own:
 * {@link BsonSlice#compact()} what is to outlive a larger buffer.
 *
 * <p>Holds a buffer that is used again: one applier per thread.
 */
public final class UpdateApplier {

  private static final String ID = "_id";
  private static final int INITIAL_BUFFER = 16 * 1024;

  /** A larger buffer is not kept for the next update. */
  private static final int MAX_KEPT_BUFFER = 4 * 1024 * 1024;

  private final ModifierParser modifiers;
  private BsonBuffer buffer = new BsonBuffer(INITIAL_BUFFER);

  /**
   * @param order the path order of the server that wrote the entries; it matters for {@code $v: 1}
   *     only
   */
  public UpdateApplier(ModifierOrder order) {
    this.modifiers = new ModifierParser(order);
  }

  /**
   * Applies an update entry to the document it means.
   *
   * @param before the stored document, whose {@code _id} equals the entry's
   * @throws TidemarkException as {@link #apply(BsonSlice, BsonSlice)}, with the entry's optime and
   *     namespace
   */
  public BsonSlice apply(BsonSlice before, OplogEntry entry) {
    try {
      return apply(before, entry.o());
    } catch (TidemarkException e) {
      throw entry.located(e);
    }
  }

  /**
   * Applies an update to a document.
   *
   * @param before the stored document
   * @param o the update entry's payload, in any {@link UpdateForm}
   * @return the document afterwards, its {@code _id} in front
   * @throws TidemarkException {@code OPLOG_UPDATE_UNKNOWN_FORM}, {@code OPLOG_MODIFIERS_MALFORMED},
   *     {@code OPLOG_DELTA_MALFORMED}, {@code OPLOG_UPDATE_CHANGES_ID}, {@code
   *     OPLOG_DOCUMENT_TOO_LARGE}, or what reading BSON throws
   */
  public BsonSlice apply(BsonSlice before, BsonSlice o) {
    BsonSlice after =
        switch (UpdateForm.of(o)) {
          case REPLACEMENT -> o;
          case MODIFIERS -> modify(before, modifiers.parse(o));
          case DELTA -> change(before, DeltaParser.parse(diffOf(o)));
        };
    if (after.equals(before)) {
      return before;
    }
    checkId(before, after);
    return withIdInFront(after);
  }

  /**
   * The document that an upsert makes where none is stored.
   *
   * @param o2 the update entry's {@code o2}: {@code _id}, and perhaps shard key fields
   * @param o the update entry's payload
   * @throws TidemarkException as {@link #apply(BsonSlice, BsonSlice)}
   */
  public BsonSlice insert(BsonSlice o2, BsonSlice o) {
    if (UpdateForm.of(o) == UpdateForm.REPLACEMENT) {
      return withIdInFront(o);
    }
    return apply(modify(idOf(o2), modifiers.parseEqualities(o2)), o);
  }

  private BsonSlice modify(BsonSlice before, ModifierNode root) {
    ModifierApplier.apply(root, before, emptyBuffer());
    return buffer.toSlice();
  }

  private BsonSlice change(BsonSlice before, DocumentDelta delta) {
    DeltaApplier.apply(delta, before, emptyBuffer());
    return buffer.toSlice();
  }

  private BsonBuffer emptyBuffer() {
    if (buffer.length() > MAX_KEPT_BUFFER) {
      buffer = new BsonBuffer(INITIAL_BUFFER);
    }
    buffer.clear();
    return buffer;
  }

  private static BsonSlice diffOf(BsonSlice o) {
    BsonCursor diff = o.find("diff");
    if (diff == null) {
      throw DeltaParser.malformed("there is no field 'diff'");
    }
    return DeltaParser.requireDocument(diff);
  }

  private BsonSlice idOf(BsonSlice o2) {
    BsonCursor id = o2.find(ID);
    if (id == null) {
      throw new TidemarkException(
          OplogError.OPLOG_ENTRY_MALFORMED,
          "an upsert has no _id in its o2",
          "",
          "Compare the entry with its source; if they differ, fetch it again");
    }
    BsonBuffer out = emptyBuffer();
    int start = out.startDocument();
    out.copyElement(id);
    out.endDocument(start);
    return out.toSlice();
  }

  /** Servers store a document's {@code _id} first after an update, wherever the entry has it. */
  private BsonSlice withIdInFront(BsonSlice document) {
    BsonCursor id = document.cursor();
    if (!id.next() || id.nameIs(ID)) {
      return document;
    }
    int first = id.elementOffset();
    if (!id.seek(ID)) {
      return document;
    }
    BsonBuffer out = emptyBuffer();
    int start = out.startDocument();
    out.copyElement(id);
    out.copy(document.array(), first, id.elementOffset() - first);
    int end = document.offset() + document.length() - 1;
    out.copy(document.array(), id.elementEnd(), end - id.elementEnd());
    out.endDocument(start);
    return out.toSlice();
  }

  /** A replacement may change the numeric type of an {@code _id}; nothing changes its value. */
  private static void checkId(BsonSlice before, BsonSlice after) {
    BsonCursor old = before.find(ID);
    if (old == null) {
      return;
    }
    BsonCursor id = after.find(ID);
    if (id != null && (id.isSameAs(old) || DocumentKey.of(id).equals(DocumentKey.of(old)))) {
      return;
    }
    throw new TidemarkException(
        OplogError.OPLOG_UPDATE_CHANGES_ID,
        "the update would change the _id of its document",
        "",
        "Compare the entry with its source; if they differ, fetch it again");
  }
}
