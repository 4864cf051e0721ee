package dev.tidemark.tailer.cursor;

import dev.tidemark.oplog.bson.BsonSlice;
import dev.tidemark.oplog.error.TidemarkException;
import java.util.List;

/**
 * An open cursor, and how capture goes on with it.
 *
 * @param cursor the cursor, open
 * @param marker what has to be published before the entries
 * @param entries the first entries to publish; those before the position are left out
 * @param failure why capture must end after the marker, or null
 */
public record Opening(
    OplogCursor cursor, Marker marker, List<BsonSlice> entries, TidemarkException failure) {

  /** A break in the chain of entries, ahead of the first entry. */
  public enum Marker {
    NONE,
    START,
    GAP
  }

  public Opening {
    entries = List.copyOf(entries);
  }

  static Opening resumed(OplogCursor cursor, List<BsonSlice> entries) {
    return new Opening(cursor, Marker.NONE, entries, null);
  }
}
