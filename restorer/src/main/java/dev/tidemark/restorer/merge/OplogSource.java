package dev.tidemark.restorer.merge;

import dev.tidemark.oplog.bson.BsonSlice;
import dev.tidemark.oplog.optime.Optime;
import java.io.Closeable;
import java.io.IOException;

/** The oplog entries of one replica set, in order and without gaps. May be opened repeatedly. */
public interface OplogSource {

  /** Where the entries come from, for messages. */
  String location();

  /**
   * Opens the entries whose optime is not before {@code from}. Earlier ones may come too and are
   * passed over.
   */
  Cursor open(Optime from) throws IOException;

  /** Entries in strictly rising order of their optimes. Not thread-safe. */
  interface Cursor extends Closeable {

    /** The next entry's raw bytes, which never change, or null at the end. */
    BsonSlice next() throws IOException;
  }
}
