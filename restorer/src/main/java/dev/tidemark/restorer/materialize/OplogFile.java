package dev.tidemark.restorer.materialize;

import dev.tidemark.archive.dump.DocumentReader;
import dev.tidemark.oplog.bson.BsonSlice;
import dev.tidemark.oplog.entry.OplogEntry;
import dev.tidemark.oplog.optime.Optime;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * A file of oplog entries.
 *
 * @param location where it lies, for messages
 * @param opening opens it from its beginning
 */
public record OplogFile(String location, Opening opening) {

  /** Opens a file from its beginning. */
  @FunctionalInterface
  public interface Opening {
    DocumentReader open() throws IOException;
  }

  /**
   * A part of a file in which optimes do not fall.
   *
   * @param skip entries before it
   * @param count entries in it
   * @param first the optime of its first entry
   * @param last the optime of its last entry
   */
  record Run(OplogFile file, long skip, long count, Optime first, Optime last) {}

  /**
   * The parts of the file that are in order. Real oplogs are one; files that were put together from
   * several are more.
   */
  List<Run> runs() throws IOException {
    List<Run> runs = new ArrayList<>();
    long begin = 0;
    long read = 0;
    Optime first = null;
    Optime last = null;
    try (DocumentReader entries = opening.open()) {
      for (BsonSlice entry = entries.next(); entry != null; entry = entries.next()) {
        Optime optime = OplogEntry.read(entry).optime();
        if (last != null && optime.isBefore(last)) {
          runs.add(new Run(this, begin, read - begin, first, last));
          begin = read;
          first = null;
        }
        first = first == null ? optime : first;
        last = optime;
        read++;
      }
    }
    if (first != null) {
      runs.add(new Run(this, begin, read - begin, first, last));
    }
    return runs;
  }
}
