package dev.tidemark.archive.sort;

import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Sorts byte strings as unsigned bytes, a shorter one before those it begins.
 *
 * <p>Records are collected in memory up to a limit, sorted and written to a temporary file; the
 * files are merged while the result is read. Not thread-safe.
 */
public final class ExternalSorter implements Closeable {

  /** What a record takes in memory besides its bytes. */
  private static final int OVERHEAD = 24;

  /** Runs that are merged at once; more of them are merged in several rounds. */
  private static final int FAN_IN = 64;

  private final Path directory;
  private final long memory;
  private final List<Path> runs = new ArrayList<>();
  private final List<byte[]> records = new ArrayList<>();
  private long used;

  /**
   * @param directory where temporary files may lie
   * @param memory bytes of records that are kept in memory
   */
  public ExternalSorter(Path directory, long memory) {
    this.directory = directory;
    this.memory = memory;
  }

  /** Takes a record; the array belongs to the sorter from now on. */
  public void add(byte[] sorted) throws IOException {
    records.add(sorted);
    used += sorted.length + OVERHEAD;
    if (used >= memory) {
      writeRun();
    }
  }

  /**
   * The records in order. Nothing can be added any more; the records are read once.
   *
   * @return a reader that is valid until this sorter is closed
   */
  public SortedRecords sorted() throws IOException {
    if (runs.isEmpty()) {
      records.sort(Arrays::compareUnsigned);
      return SortedRecords.of(records.iterator());
    }
    if (!records.isEmpty()) {
      writeRun();
    }
    while (runs.size() > FAN_IN) {
      List<Path> first = List.copyOf(runs.subList(0, FAN_IN));
      Path merged = Files.createTempFile(directory, "sort", ".run");
      runs.add(merged);
      try (SortedRecords records = SortedRecords.merge(first);
          DataOutputStream out = output(merged)) {
        for (byte[] next = records.next(); next != null; next = records.next()) {
          write(out, next);
        }
      }
      for (Path run : first) {
        Files.delete(run);
      }
      runs.subList(0, FAN_IN).clear();
    }
    return SortedRecords.merge(runs);
  }

  private void writeRun() throws IOException {
    records.sort(Arrays::compareUnsigned);
    Path run = Files.createTempFile(directory, "sort", ".run");
    runs.add(run);
    try (DataOutputStream out = output(run)) {
      for (byte[] sorted : records) {
        write(out, sorted);
      }
    }
    records.clear();
    used = 0;
  }

  private static DataOutputStream output(Path run) throws IOException {
    return new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(run), 256 << 10));
  }

  private static void write(DataOutputStream out, byte[] sorted) throws IOException {
    out.writeInt(sorted.length);
    out.write(sorted);
  }

  @Override
  public void close() throws IOException {
    records.clear();
    for (Path run : runs) {
      Files.deleteIfExists(run);
    }
    runs.clear();
  }
}
