package dev.tidemark.restorer.materialize;

import dev.tidemark.archive.dump.DocumentReader;
import dev.tidemark.archive.dump.DocumentStream;
import dev.tidemark.archive.error.ArchiveError;
import dev.tidemark.archive.error.ArchiveException;
import dev.tidemark.oplog.bson.BsonSlice;
import dev.tidemark.oplog.entry.OplogEntry;
import dev.tidemark.oplog.optime.Optime;
import dev.tidemark.restorer.materialize.OplogFile.Run;
import dev.tidemark.restorer.merge.OplogSource;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;

/**
 * The oplog of one replica set in several files: entries are merged by optime, and an entry that is
 * there several times counts once.
 */
public final class OplogFiles implements OplogSource {

  private final List<OplogFile> files;
  private final List<Run> runs;

  private OplogFiles(List<OplogFile> files, List<Run> runs) {
    this.files = List.copyOf(files);
    this.runs = List.copyOf(runs);
  }

  /** Reads the optimes of all files. */
  public static OplogFiles of(List<OplogFile> files) throws IOException {
    List<Run> runs = new ArrayList<>();
    for (OplogFile file : files) {
      runs.addAll(file.runs());
    }
    return new OplogFiles(files, runs);
  }

  @Override
  public String location() {
    return String.join(", ", files.stream().map(OplogFile::location).toList());
  }

  /** The last entry of all files. */
  public Optional<Optime> last() {
    return runs.stream().map(Run::last).max(Comparator.naturalOrder());
  }

  @Override
  public List<String> warnings() {
    return files.stream()
        .filter(file -> runs.stream().filter(run -> run.file().equals(file)).count() > 1)
        .map(file -> "The entries of " + file.location() + " are not in order; they were sorted.")
        .toList();
  }

  @Override
  public DocumentStream open(Optime from) throws IOException {
    Merge merge = new Merge();
    try {
      for (int i = 0; i < runs.size(); i++) {
        if (!runs.get(i).last().isBefore(from)) {
          merge.add(runs.get(i), i);
        }
      }
      return merge;
    } catch (IOException | RuntimeException e) {
      merge.close();
      throw e;
    }
  }

  /** The next entry of one run. */
  private static final class Head {
    private final Run run;
    private final int number;
    private final DocumentReader reader;
    private long left;
    private OplogEntry entry;

    Head(Run run, int number, DocumentReader reader) {
      this.run = run;
      this.number = number;
      this.reader = reader;
      this.left = run.count();
    }

    Optime optime() {
      return entry.optime();
    }

    int number() {
      return number;
    }

    void skip() throws IOException {
      for (long i = 0; i < run.skip(); i++) {
        reader.next();
      }
    }

    boolean advance() throws IOException {
      BsonSlice raw = left == 0 ? null : reader.next();
      if (raw == null) {
        return false;
      }
      left--;
      entry = OplogEntry.read(raw);
      return true;
    }
  }

  private static final class Merge implements DocumentStream {
    private final List<Head> opened = new ArrayList<>();
    private final PriorityQueue<Head> heads =
        new PriorityQueue<>(Comparator.comparing(Head::optime).thenComparing(Head::number));
    private final List<OplogEntry> sameOptime = new ArrayList<>();
    private OplogFile lastFile;

    void add(Run run, int number) throws IOException {
      Head head = new Head(run, number, run.file().opening().open());
      opened.add(head);
      head.skip();
      if (head.advance()) {
        heads.add(head);
      }
    }

    @Override
    public BsonSlice next() throws IOException {
      for (Head head = heads.poll(); head != null; head = heads.poll()) {
        OplogEntry entry = head.entry;
        if (head.advance()) {
          heads.add(head);
        }
        if (isNew(entry, head.run.file())) {
          return entry.raw();
        }
      }
      return null;
    }

    private boolean isNew(OplogEntry entry, OplogFile file) {
      if (sameOptime.isEmpty() || !entry.optime().equals(sameOptime.get(0).optime())) {
        sameOptime.clear();
      }
      for (OplogEntry known : sameOptime) {
        if (known.raw().equals(entry.raw())) {
          return false;
        }
      }
      // Files that were edited by hand have several entries of one optime; oplogs never do.
      if (!sameOptime.isEmpty()
          && (!file.equals(lastFile) || entry.term() != sameOptime.get(0).term())) {
        throw new ArchiveException(
            ArchiveError.ARCHIVE_DIVERGED,
            "two different entries have the optime " + entry.optime(),
            file.location(),
            "Give only files of one replica set, from before or from after a rollback");
      }
      sameOptime.add(entry);
      lastFile = file;
      return true;
    }

    @Override
    public void close() throws IOException {
      for (Head head : opened) {
        head.reader.close();
      }
    }
  }
}
