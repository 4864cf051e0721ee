package dev.tidemark.oplog.update;

import dev.tidemark.oplog.bson.BsonCursor;
import dev.tidemark.oplog.bson.BsonSlice;
import dev.tidemark.oplog.bson.BsonTag;
import dev.tidemark.oplog.error.OplogError;
import dev.tidemark.oplog.error.TidemarkException;

/** The forms of an update entry's {@code o}. */
public enum UpdateForm {
  /** A whole document, {@code {_id: 7, q: 5}}. */
  REPLACEMENT,
  /** {@code {$v: 1, $set: {q: 5}, $unset: {z: true}}}, written up to 4.4. */
  MODIFIERS,
  /** {@code {$v: 2, diff: {u: {q: 5}}}}, written from 5.0 on. */
  DELTA;

  /**
   * Tells the forms apart as servers do: a top-level {@code _id} makes a replacement, even of a
   * document that has a field {@code $v} of its own.
   *
   * @throws TidemarkException {@code OPLOG_UPDATE_UNKNOWN_FORM} if {@code $v} is neither 1 nor 2
   */
  public static UpdateForm of(BsonSlice o) {
    long version = 1;
    BsonCursor field = o.cursor();
    while (field.next()) {
      if (field.nameIs("_id")) {
        return REPLACEMENT;
      }
      if (field.nameIs("$v")) {
        version = isNumber(field.tag()) ? field.integer() : -1;
      }
    }
    if (version == 1) {
      return MODIFIERS;
    }
    if (version == 2) {
      return DELTA;
    }
    throw new TidemarkException(
        OplogError.OPLOG_UPDATE_UNKNOWN_FORM,
        "the update has a $v that is neither 1 nor 2 and no _id",
        "",
        "Restore with a release that supports the server that wrote it");
  }

  private static boolean isNumber(byte tag) {
    return tag == BsonTag.INT32 || tag == BsonTag.INT64 || tag == BsonTag.DOUBLE;
  }
}
