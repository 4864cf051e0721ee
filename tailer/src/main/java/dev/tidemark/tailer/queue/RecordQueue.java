package dev.tidemark.tailer.queue;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.kafka.connect.source.SourceRecord;

/**
 * Between the thread that reads the oplog and the one that Connect polls on: first in, first out,
 * bounded by the bytes of the entries in it. A batch larger than the bound passes when the queue is
 * empty.
 */
public final class RecordQueue {

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Deque<RecordBatch> batches = new ArrayDeque<>();
  private final long maxBytes;
  private long bytes;
  private RuntimeException failure;

  public RecordQueue(long maxBytes) {
    this.maxBytes = maxBytes;
  }

  /** Adds a batch, waiting until it fits. */
  public void put(RecordBatch batch) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (!batches.isEmpty() && bytes + batch.bytes() > maxBytes) {
        changed.await();
      }
      batches.addLast(batch);
      bytes += batch.bytes();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Makes {@link #take} fail once everything before has been taken. */
  public void fail(RuntimeException cause) {
    lock.lock();
    try {
      failure = cause;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Takes batches from the front, as many as fit; at least one.
   *
   * @param limit bytes that the batches may have together, unless the first is larger
   * @return null if nothing came in time
   */
  public List<SourceRecord> take(long limit, long timeoutMillis) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      long remaining = TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
      while (batches.isEmpty()) {
        if (failure != null) {
          throw failure;
        }
        if (remaining <= 0) {
          return null;
        }
        remaining = changed.awaitNanos(remaining);
      }
      List<SourceRecord> records = takeUpTo(limit);
      changed.signalAll();
      return records;
    } finally {
      lock.unlock();
    }
  }

  private List<SourceRecord> takeUpTo(long limit) {
    RecordBatch first = remove();
    if (batches.isEmpty() || first.bytes() + batches.peekFirst().bytes() > limit) {
      return first.records();
    }
    List<SourceRecord> records = new ArrayList<>(first.records());
    long taken = first.bytes();
    while (!batches.isEmpty() && taken + batches.peekFirst().bytes() <= limit) {
      RecordBatch next = remove();
      records.addAll(next.records());
      taken += next.bytes();
    }
    return records;
  }

  private RecordBatch remove() {
    RecordBatch batch = batches.removeFirst();
    bytes -= batch.bytes();
    return batch;
  }

  /** Bytes of the entries that wait. */
  public long bytes() {
    lock.lock();
    try {
      return bytes;
    } finally {
      lock.unlock();
    }
  }
}
