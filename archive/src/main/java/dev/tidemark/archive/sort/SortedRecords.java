package dev.tidemark.archive.sort;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.PriorityQueue;

/** The records of an {@link ExternalSorter} in order. Not thread-safe. */
public abstract class SortedRecords implements Closeable {

  private SortedRecords() {}

  /** The next record, or null at the end. */
  public abstract byte[] next() throws IOException;

  static SortedRecords of(Iterator<byte[]> sorted) {
    return new InMemory(sorted);
  }

  static SortedRecords merge(List<Path> runs) throws IOException {
    Merge merge = new Merge();
    try {
      for (Path run : runs) {
        merge.add(run);
      }
      return merge;
    } catch (IOException e) {
      merge.close();
      throw e;
    }
  }

  private static final class InMemory extends SortedRecords {
    private final Iterator<byte[]> sorted;

    InMemory(Iterator<byte[]> sorted) {
      this.sorted = sorted;
    }

    @Override
    public byte[] next() {
      return sorted.hasNext() ? sorted.next() : null;
    }

    @Override
    public void close() {
      // Nothing is open.
    }
  }

  private static final class Merge extends SortedRecords {
    private final PriorityQueue<Run> heads =
        new PriorityQueue<>((a, b) -> Arrays.compareUnsigned(a.head, b.head));

    void add(Path file) throws IOException {
      Run run =
          new Run(
              new DataInputStream(new BufferedInputStream(Files.newInputStream(file), 128 << 10)));
      if (run.advance()) {
        heads.add(run);
      }
    }

    @Override
    public byte[] next() throws IOException {
      Run first = heads.poll();
      if (first == null) {
        return null;
      }
      byte[] next = first.head;
      if (first.advance()) {
        heads.add(first);
      }
      return next;
    }

    @Override
    public void close() throws IOException {
      for (Run run : heads) {
        run.in.close();
      }
    }
  }

  private static final class Run {
    private final DataInputStream in;
    private byte[] head;

    Run(DataInputStream in) {
      this.in = in;
    }

    boolean advance() throws IOException {
      in.mark(1);
      if (in.read() < 0) {
        in.close();
        return false;
      }
      in.reset();
      head = new byte[in.readInt()];
      in.readFully(head);
      return true;
    }
  }
}
