package dev.tidemark.archive.dump;

import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * A dump that is open for reading. Streams of different collections may be read by different
 * threads at the same time; each stream belongs to one.
 *
 * <p>Failures are {@code DUMP_MALFORMED} if the dump is not what mongodump writes, and {@link
 * IOException} if it cannot be read.
 */
public interface Dump extends Closeable {

  /** Where it lies, for messages. */
  String location();

  /** The collections and views, ordered by namespace. */
  List<DumpedCollection> collections();

  /** The documents of a collection in the order of the dump. The caller closes the reader. */
  DocumentReader documents(DumpedCollection collection) throws IOException;

  /** Whether the dump brings an oplog of its own. */
  boolean hasOplog();

  /** The entries of the dump's own oplog. The caller closes the reader. */
  DocumentReader oplog() throws IOException;

  /** The times in {@code snapshot.json}, if there is one. */
  Optional<SnapshotTimes> times();
}
