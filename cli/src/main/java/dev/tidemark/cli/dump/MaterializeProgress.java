package dev.tidemark.cli.dump;

import dev.tidemark.cli.console.Console;
import dev.tidemark.cli.console.Progress;
import dev.tidemark.restorer.merge.MergeListener;
import java.io.Closeable;
import java.util.concurrent.atomic.LongAdder;

/** Shows how far a materialization is. Thread-safe. */
final class MaterializeProgress implements MergeListener, Closeable {

  private static final int MEBIBYTE = 1 << 20;

  private final Console console;
  private final LongAdder entries = new LongAdder();
  private final LongAdder baseBytes = new LongAdder();
  private final LongAdder documents = new LongAdder();
  private Phase phase;
  private Progress progress;

  MaterializeProgress(Console console) {
    this.console = console;
  }

  @Override
  public synchronized void onPhase(Phase next) {
    close();
    entries.reset();
    baseBytes.reset();
    phase = next;
    progress =
        console.progress(
            switch (next) {
              case SCAN -> "entries read";
              case LOAD -> "MiB of the dump read";
              case FOLD -> "entries applied";
              case WRITE -> "documents written";
            },
            -1);
  }

  @Override
  public void onEntries(long count) {
    entries.add(count);
    show();
  }

  @Override
  public void onBaseBytes(long bytes) {
    baseBytes.add(bytes);
    show();
  }

  @Override
  public void onWritten(long count, long bytes) {
    documents.add(count);
    if ((documents.intValue() & 0xFFF) == 0) {
      show();
    }
  }

  private synchronized void show() {
    if (progress != null) {
      progress.update(
          switch (phase) {
            case SCAN, FOLD -> entries.sum();
            case LOAD -> baseBytes.sum() / MEBIBYTE;
            case WRITE -> documents.sum();
          });
    }
  }

  @Override
  public synchronized void close() {
    if (progress != null) {
      progress.close();
      progress = null;
    }
  }
}
