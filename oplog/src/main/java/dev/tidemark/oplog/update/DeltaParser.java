package dev.tidemark.oplog.update;

import dev.tidemark.oplog.bson.BsonCursor;
import dev.tidemark.oplog.bson.BsonSlice;
import dev.tidemark.oplog.bson.BsonTag;
import dev.tidemark.oplog.error.OplogError;
import dev.tidemark.oplog.error.TidemarkException;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads {@code $v: 2} diffs and refuses those that no server writes, whether their parts would be
 * applied or not.
 *
 * <pre>{@code
 * Document := { d:{name:false…}? u:{name:value…}? i:{name:value…}? b:{name:{o:int,d:binary}…}?
 *               (s<name>: Document|Array)* }
 * Array    := { a:true, l:int? (u<index>:value | s<index>: Document|Array)* }
 * }</pre>
 */
final class DeltaParser {

  /** The order in which the sections of a document's diff stand. */
  private static final String SECTIONS = "duibs";

  private static final DeltaChange.Kind[] KINDS = {
    DeltaChange.Kind.DELETE,
    DeltaChange.Kind.UPDATE,
    DeltaChange.Kind.INSERT,
    DeltaChange.Kind.PATCH,
    DeltaChange.Kind.INNER
  };

  private static final int INNER_SECTION = SECTIONS.length() - 1;

  private DeltaParser() {}

  /**
   * Reads the diff of a whole document.
   *
   * @throws TidemarkException {@code OPLOG_DELTA_MALFORMED}, or what reading BSON throws
   */
  static DocumentDelta parse(BsonSlice diff) {
    return document(diff, 1);
  }

  private static Delta inner(BsonCursor section, int depth) {
    BsonSlice diff = requireDocument(section);
    BsonCursor first = diff.cursor();
    if (first.next() && first.nameIs("a")) {
      return array(diff, depth);
    }
    return document(diff, depth);
  }

  private static DocumentDelta document(BsonSlice diff, int depth) {
    BsonSlice.checkDepth(depth);
    if (diff.isEmpty()) {
      throw malformed("a diff is empty");
    }
    FieldTable<DeltaChange> changes = new FieldTable<>();
    BsonCursor section = diff.cursor();
    int last = -1;
    while (section.next()) {
      int current = sectionOf(section);
      if (current < last || (current == last && current != INNER_SECTION)) {
        throw malformed("section '" + section.name() + "' is out of order");
      }
      last = current;
      if (current == INNER_SECTION) {
        add(changes, DeltaChange.inner(section, inner(section, depth + 1)));
      } else {
        fields(KINDS[current], requireDocument(section), changes);
      }
    }
    return new DocumentDelta(changes);
  }

  private static int sectionOf(BsonCursor section) {
    int order =
        section.nameLength() == 0 ? -1 : SECTIONS.indexOf(section.array()[section.nameOffset()]);
    if (order < 0 || (order != INNER_SECTION && section.nameLength() > 1)) {
      throw malformed("unknown section '" + section.name() + "'");
    }
    return order;
  }

  private static void fields(
      DeltaChange.Kind kind, BsonSlice section, FieldTable<DeltaChange> changes) {
    BsonCursor field = section.cursor();
    while (field.next()) {
      add(changes, kind == DeltaChange.Kind.PATCH ? patch(field) : DeltaChange.of(kind, field));
    }
  }

  private static void add(FieldTable<DeltaChange> changes, DeltaChange change) {
    if (!changes.add(change)) {
      throw malformed("field '" + change.name() + "' is changed twice");
    }
  }

  private static DeltaChange patch(BsonCursor field) {
    BsonSlice patch = requireDocument(field);
    BsonCursor from = patch.find("o");
    BsonCursor bytes = patch.find("d");
    if (from == null || from.tag() != BsonTag.INT32 || from.int32() < 0) {
      throw malformed("the binary patch of '" + field.name() + "' has no offset of 0 or more");
    }
    if (bytes == null || bytes.tag() != BsonTag.BINARY) {
      throw malformed("the binary patch of '" + field.name() + "' has no binary data");
    }
    return DeltaChange.patch(field, from.int32(), bytes);
  }

  private static ArrayDelta array(BsonSlice diff, int depth) {
    BsonSlice.checkDepth(depth);
    BsonCursor field = diff.cursor();
    field.next();
    if (field.tag() != BsonTag.BOOLEAN || !field.bool()) {
      throw malformed("the mark 'a' of an array's diff is not true");
    }
    int size = ArrayDelta.SIZE_KEPT;
    List<ArrayChange> changes = new ArrayList<>();
    int last = -1;
    for (int position = 1; field.next(); position++) {
      if (position == 1 && field.nameIs("l")) {
        if (field.tag() != BsonTag.INT32 || field.int32() < 0) {
          throw malformed("the size of an array is not an int32 of 0 or more");
        }
        size = field.int32();
        continue;
      }
      int index = index(field);
      if (index <= last) {
        throw malformed("array index " + index + " does not ascend");
      }
      if (size != ArrayDelta.SIZE_KEPT && index >= size) {
        throw malformed("array index " + index + " is beyond the new size " + size);
      }
      last = index;
      boolean isInner = field.array()[field.nameOffset()] == 's';
      changes.add(new ArrayChange(index, field, isInner ? inner(field, depth + 1) : null));
    }
    return new ArrayDelta(size, changes);
  }

  private static int index(BsonCursor field) {
    byte kind = field.nameLength() == 0 ? 0 : field.array()[field.nameOffset()];
    long index = -1;
    if (kind == 'u' || kind == 's') {
      index = ArrayIndex.parseStrict(field.array(), field.nameOffset() + 1, field.nameLength() - 1);
    }
    if (index < 0 || index > Integer.MAX_VALUE) {
      throw malformed("'" + field.name() + "' is no change of an array element");
    }
    return (int) index;
  }

  static BsonSlice requireDocument(BsonCursor field) {
    if (field.tag() != BsonTag.DOCUMENT) {
      throw malformed("'" + field.name() + "' is not a document");
    }
    return field.document();
  }

  static TidemarkException malformed(String reason) {
    return new TidemarkException(
        OplogError.OPLOG_DELTA_MALFORMED,
        "malformed delta: " + reason,
        "",
        "Compare the entry with its source; if they differ, fetch it again");
  }
}
