package dev.tidemark.oplog.update;

import dev.tidemark.oplog.bson.BsonBuffer;
import dev.tidemark.oplog.bson.BsonCursor;
import dev.tidemark.oplog.bson.BsonSlice;
import dev.tidemark.oplog.bson.BsonTag;

/**
 * Applies {@code $v: 2} deltas as servers do.
 *
 * <p>Where a diff does not fit the document, a null takes the place: a later entry overwrites it,
 * and this is what makes replay over a document that is ahead of the entry converge. A field name
 * that a document holds several times is changed at each place.
 */
final class DeltaApplier {

  private DeltaApplier() {}

  /** Writes the document that the delta makes of another one. */
  static void apply(DocumentDelta delta, BsonSlice document, BsonBuffer out) {
    applyToDocument(delta, document.cursor(), out);
  }

  private static void applyToDocument(DocumentDelta delta, BsonCursor field, BsonBuffer out) {
    FieldTable<DeltaChange> changes = delta.changes();
    boolean[] found = new boolean[changes.size()];
    int start = out.startDocument();
    int keptFrom = field.elementOffset();
    while (field.next()) {
      int position = changes.position(field);
      if (position < 0) {
        continue;
      }
      out.copy(field.array(), keptFrom, field.elementOffset() - keptFrom);
      keptFrom = field.elementEnd();
      found[position] = true;
      change(changes.get(position), field, out);
    }
    out.copy(field.array(), keptFrom, field.elementOffset() - keptFrom);
    append(changes, found, out);
    out.endDocument(start);
  }

  private static void change(DeltaChange change, BsonCursor field, BsonBuffer out) {
    switch (change.kind) {
      case UPDATE -> change.writeElement(out);
      case PATCH -> patch(change, field, out);
      case INNER -> {
        boolean fits = change.inner.fits(field.tag());
        byte tag = fits ? field.tag() : BsonTag.NULL;
        out.header(tag, change.array, change.nameOffset, change.nameLength);
        if (fits) {
          applyInside(change.inner, field, out);
        }
      }
      case DELETE, INSERT -> {}
    }
  }

  private static void patch(DeltaChange change, BsonCursor field, BsonBuffer out) {
    if (field.tag() == BsonTag.BINARY && field.binaryLength() >= change.patchFrom) {
      change.writePatched(field, out);
    } else {
      out.copyElement(field);
    }
  }

  private static void append(FieldTable<DeltaChange> changes, boolean[] found, BsonBuffer out) {
    for (int i = 0; i < found.length; i++) {
      DeltaChange change = changes.get(i);
      if (change.kind == DeltaChange.Kind.INSERT
          || (change.kind == DeltaChange.Kind.UPDATE && !found[i])) {
        change.writeElement(out);
      }
    }
  }

  private static void applyInside(Delta delta, BsonCursor container, BsonBuffer out) {
    BsonCursor inside = container.document().cursor();
    if (delta instanceof DocumentDelta document) {
      applyToDocument(document, inside, out);
    } else {
      applyToArray((ArrayDelta) delta, inside, out);
    }
  }

  private static void applyToArray(ArrayDelta delta, BsonCursor element, BsonBuffer out) {
    ArrayWriter array = new ArrayWriter(out);
    int limit = delta.size() == ArrayDelta.SIZE_KEPT ? Integer.MAX_VALUE : delta.size();
    int next = 0;
    while (array.size() < limit && element.next()) {
      ArrayChange change = next < delta.changes().size() ? delta.changes().get(next) : null;
      if (change == null || change.index != array.size()) {
        array.keep(element);
        continue;
      }
      next++;
      if (change.inner == null) {
        array.next(change.tag);
        change.writeValue(out);
      } else if (change.inner.fits(element.tag())) {
        array.next(element.tag());
        applyInside(change.inner, element, out);
      } else {
        array.next(BsonTag.NULL);
      }
    }
    for (ArrayChange change : delta.changes().subList(next, delta.changes().size())) {
      array.padTo(change.index);
      if (change.inner == null) {
        array.next(change.tag);
        change.writeValue(out);
      } else {
        array.next(BsonTag.NULL);
      }
    }
    if (delta.size() != ArrayDelta.SIZE_KEPT) {
      array.padTo(delta.size());
    }
    array.end();
  }
}
