package dev.tidemark.tailer.cursor;

import dev.tidemark.oplog.bson.BsonSlice;
import dev.tidemark.oplog.entry.OplogEntry;
import dev.tidemark.oplog.optime.Optime;
import net.openhft.hashing.LongHashFunction;

/**
 * What tells that an entry is the very same one: not only its place, but its content.
 *
 * @param hash XXH3-64 of the entry's bytes
 */
public record EntryIdentity(Optime optime, long term, long hash) {

  private static final LongHashFunction HASH = LongHashFunction.xx3();

  /** The identity of an entry in its raw form. */
  public static EntryIdentity of(BsonSlice raw) {
    OplogEntry entry = OplogEntry.read(raw);
    return new EntryIdentity(entry.optime(), entry.term(), hash(raw));
  }

  /** The hash alone. */
  public static long hash(BsonSlice raw) {
    return HASH.hashBytes(raw.array(), raw.offset(), raw.length());
  }
}
