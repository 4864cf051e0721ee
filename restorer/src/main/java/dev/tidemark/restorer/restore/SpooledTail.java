package dev.tidemark.restorer.restore;

import dev.tidemark.archive.chain.ChainPosition;
import dev.tidemark.archive.dump.DocumentReader;
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
  public Cursor open(Optime from) throws IOException {
    DocumentReader reader = reader();
    return new Cursor() {
      @Override
      public BsonSlice next() throws IOException {
        return reader.next();
      }

      @Override
      public void close() throws IOException {
        reader.close();
      }
    };
  }

  private DocumentReader reader() throws IOException {
    return new DocumentReader(Files.newInputStream(file), file.toString());
  }

  @Override
  public Iterator<EntryTime> times() {
    try {
      return new Times(reader());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Closes the file when it comes to its end. */
  private static final class Times implements Iterator<EntryTime> {
    private final DocumentReader reader;
    private BsonSlice next;

    Times(DocumentReader reader) throws IOException {
      this.reader = reader;
      advance();
    }

    private void advance() throws IOException {
      next = reader.next();
      if (next == null) {
        reader.close();
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
