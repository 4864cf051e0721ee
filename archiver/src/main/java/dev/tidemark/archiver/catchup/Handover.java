package dev.tidemark.archiver.catchup;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Where the thread that reads a partition again meets the thread that Streams calls.
 *
 * <p>While reading catches up, the stream thread {@linkplain #offer offers} what it is given. As
 * much of it as fits is kept; when it does not fit, it is let go and collection begins anew,
 * because the reader will come by those records itself. The reader is done once its position
 * reaches the first record kept. Then the stream thread {@linkplain #take takes} over with the
 * records kept.
 *
 * <p>Thread-safe; that is its purpose.
 */
public final class Handover {

  /** A record of the partition. */
  public record Offered(long offset, ByteBuffer value) {}

  private final long maxBytes;
  private final Deque<Offered> kept = new ArrayDeque<>();
  private long keptBytes;
  private long lastOffered = -1;
  private boolean done;

  /**
   * @param maxBytes how many bytes of values may wait; a single larger value is let go
   */
  public Handover(long maxBytes) {
    this.maxBytes = maxBytes;
  }

  /** Keeps a record for later, in the order of offsets. Called by the stream thread. */
  public synchronized void offer(long offset, ByteBuffer value) {
    lastOffered = offset;
    long size = value == null ? 0 : value.remaining();
    if (keptBytes + size > maxBytes && !done) {
      kept.clear();
      keptBytes = 0;
      if (size > maxBytes) {
        return;
      }
    }
    kept.add(new Offered(offset, value));
    keptBytes += size;
  }

  /**
   * Whether the reader, about to handle {@code position}, has met the records kept. Called by the
   * reader; once it answered true, the reader must not touch shared state any more.
   */
  public synchronized boolean isMetAt(long position) {
    if (!kept.isEmpty() && position >= kept.getFirst().offset) {
      done = true;
    }
    return done;
  }

  /**
   * Like {@link #isMetAt}, when the reader stands at the end of what is committed: if nothing is
   * kept and nothing offered lies ahead, whatever comes next comes to the stream thread.
   */
  public synchronized boolean isMetAtEnd(long position) {
    if (kept.isEmpty() && position > lastOffered) {
      done = true;
    }
    return isMetAt(position);
  }

  /** Whether the reader is done, so that {@link #take} may be called. */
  public synchronized boolean isDone() {
    return done;
  }

  /**
   * The records kept, in order; some of the first may be known to the reader already.
   *
   * @throws IllegalStateException if the reader is not done
   */
  public synchronized List<Offered> take() {
    if (!done) {
      throw new IllegalStateException("The reader has not caught up yet");
    }
    List<Offered> records = new ArrayList<>(kept);
    kept.clear();
    keptBytes = 0;
    return records;
  }
}
