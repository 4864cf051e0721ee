package dev.tidemark.restorer.materialize;

import dev.tidemark.archive.dump.DocumentReader;
import dev.tidemark.archive.error.ArchiveError;
import dev.tidemark.archive.error.ArchiveException;
import dev.tidemark.oplog.bson.BsonSlice;
import dev.tidemark.oplog.entry.OplogEntry;
import dev.tidemark.oplog.optime.Optime;
import dev.tidemark.restorer.merge.OplogSource;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/**
 * The oplog of one replica set in several files, each in order: entries are merged by optime, and
 * an entry that is in several files counts once.
 */
public final class OplogFiles implements OplogSource {

  /**
   * A file of entries.
   *
   * @param location where it lies, for messages
   * @param opening opens it from its beginning
   */
  public record OplogFile(String location, Opening opening) {}

  /** Opens a file from its beginning. */
  @FunctionalInterface
  public interface Opening {
    DocumentReader open() throws IOException;
  }

  private final List<OplogFile> files;

  public OplogFiles(List<OplogFile> files) {
    this.files = List.copyOf(files);
  }

  @Override
  public String location() {
    return String.join(", ", files.stream().map(OplogFile::location).toList());
  }

  @Override
  public Cursor open(Optime from) throws IOException {
    Merge merge = new Merge();
    try {
      for (OplogFile file : files) {
        merge.add(new Head(file.location(), file.opening().open()), from);
      }
      return merge;
    } catch (IOException | RuntimeException e) {
      merge.close();
      throw e;
    }
  }

  /** The next entry of one file. */
  private static final class Head {
    private final String location;
    private final DocumentReader reader;
    private OplogEntry entry;

    Head(String location, DocumentReader reader) {
      this.location = location;
      this.reader = reader;
    }

    Optime optime() {
      return entry.optime();
    }

    boolean advance() throws IOException {
      BsonSlice raw = reader.next();
      if (raw == null) {
        return false;
      }
      OplogEntry next = OplogEntry.read(raw);
      if (entry != null && next.optime().isBefore(entry.optime())) {
        throw new ArchiveException(
            ArchiveError.DUMP_MALFORMED,
            "the entry of " + next.optime() + " stands after that of " + entry.optime(),
            location,
            "Give each oplog in a file of its own, as it was read");
      }
      entry = next;
      return true;
    }
  }

  private static final class Merge implements Cursor {
    private final List<Head> opened = new ArrayList<>();
    private final PriorityQueue<Head> heads =
        new PriorityQueue<>(Comparator.comparing(Head::optime));
    private OplogEntry last;

    void add(Head head, Optime from) throws IOException {
      opened.add(head);
      while (head.advance()) {
        if (!head.optime().isBefore(from)) {
          heads.add(head);
          return;
        }
      }
    }

    @Override
    public BsonSlice next() throws IOException {
      while (true) {
        Head head = heads.poll();
        if (head == null) {
          return null;
        }
        OplogEntry entry = head.entry;
        String location = head.location;
        if (head.advance()) {
          heads.add(head);
        }
        if (last == null || !entry.optime().equals(last.optime())) {
          last = entry;
          return entry.raw();
        }
        if (!entry.raw().equals(last.raw())) {
          throw diverged(entry, location);
        }
      }
    }

    private static ArchiveException diverged(OplogEntry entry, String location) {
      return new ArchiveException(
          ArchiveError.ARCHIVE_DIVERGED,
          "two different entries have the optime " + entry.optime(),
          location,
          "Give only files of one replica set, from before or from after a rollback");
    }

    @Override
    public void close() throws IOException {
      for (Head head : opened) {
        head.reader.close();
      }
    }
  }
}
