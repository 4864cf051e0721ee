package dev.tidemark.restorer.restore;

import dev.tidemark.archive.chain.ChainPosition;
import dev.tidemark.archive.dump.DocumentReader;
import dev.tidemark.archive.dump.DocumentStream;
import dev.tidemark.archive.plan.OplogTail;
import dev.tidemark.oplog.bson.BsonSlice;
import dev.tidemark.oplog.entry.OplogEntry;
import dev.tidemark.oplog.optime.Optime;
import dev.tidemark.restorer.merge.OplogSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.NoSuchElementException;

/**
 * Entries that were read from the topic, in a local file one after another. Immutable; may be read
 * by several threads.
 *
 * @param file the entries
 * @param completeFrom every entry from this optime on is there, counting what is archived
 * @param last the newest entry
 * @param complete no entry up to here is missing
 * @param entries how many there are in the file
 * @param bytes of all of them
 */
record SpooledTail(
    Path file, Optime completeFrom, ChainPosition last, Optime complete, long entries, long bytes)
    implements OplogTail, OplogSource {

  @Override
  public String location() {
    return "the topic's entries in " + file;
  }

  @Override
  public DocumentStream open(Optime from) throws IOException {
    return new DocumentReader(Files.newInputStream(file), file.toString());
  }

  @Override
  public Iterator<EntryTime> times() {
    try {
      return new Times(open(completeFrom));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Closes the file when it comes to its end. */
  private static final class Times implements Iterator<EntryTime> {
    private final DocumentStream entries;
    private BsonSlice next;

    Times(DocumentStream entries) throws IOException {
      this.entries = entries;
      advance();
    }

    private void advance() throws IOException {
      next = entries.next();
      if (next == null) {
        entries.close();
      }
    }

    @Override
    public boolean hasNext() {
      return next != null;
    }

    @Override
    public EntryTime next() {
      if (next == null) {
        throw new NoSuchElementException("the tail has no more entries");
      }
      OplogEntry entry = OplogEntry.read(next);
      try {
        advance();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return new EntryTime(entry.optime(), entry.wall());
    }
  }
}
