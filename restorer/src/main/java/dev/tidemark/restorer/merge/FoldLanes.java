package dev.tidemark.restorer.merge;

import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Applies operations on several threads. Operations on one partition meet on one lane, in their
 * order. Fed by one thread; with a single lane that thread does the work itself.
 */
final class FoldLanes implements Closeable {

  private static final int BATCH_OPERATIONS = 1024;
  private static final int BATCH_BYTES = 1 << 20;
  private static final int WAITING_BATCHES = 4;
  private static final long OFFER_MILLIS = 200;

  private static final List<Step> END = List.of();

  /** An operation and the partition that it belongs to. */
  private record Step(int partition, DocumentOperation operation) {}

  private final Overlay overlay;
  private final List<Lane> lanes = new ArrayList<>();

  FoldLanes(Overlay overlay, int count) {
    this.overlay = overlay;
    if (count > 1) {
      for (int i = 0; i < count; i++) {
        Lane lane = new Lane(overlay, "fold-" + i);
        lanes.add(lane);
        lane.thread.start();
      }
    }
  }

  void accept(DocumentOperation operation) throws IOException {
    if (operation.kind() == DocumentOperation.Kind.TRUNCATE) {
      for (int i = 0; i < Overlay.PARTITIONS; i++) {
        accept(i, operation);
      }
    } else {
      accept(Overlay.partitionOf(operation.hash()), operation);
    }
  }

  private void accept(int partition, DocumentOperation operation) throws IOException {
    if (lanes.isEmpty()) {
      overlay.accept(partition, operation);
    } else {
      lanes.get(partition % lanes.size()).add(new Step(partition, operation));
    }
  }

  /** Waits until everything is applied. */
  void finish() throws IOException {
    for (Lane lane : lanes) {
      lane.flush();
      lane.put(END);
    }
    for (Lane lane : lanes) {
      lane.join();
    }
  }

  /** Ends the lanes, also in the middle of the work. */
  @Override
  public void close() {
    for (Lane lane : lanes) {
      lane.thread.interrupt();
    }
    boolean interrupted = false;
    for (Lane lane : lanes) {
      while (lane.thread.isAlive()) {
        try {
          lane.thread.join();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static final class Lane implements Runnable {
    private final Overlay overlay;
    private final Thread thread;
    private final BlockingQueue<List<Step>> waiting = new ArrayBlockingQueue<>(WAITING_BATCHES);
    private List<Step> batch = new ArrayList<>(BATCH_OPERATIONS);
    private long batchBytes;
    private volatile Throwable failure;

    Lane(Overlay overlay, String name) {
      this.overlay = overlay;
      this.thread = new Thread(this, name);
      this.thread.setDaemon(true);
    }

    void add(Step step) throws IOException {
      batch.add(step);
      batchBytes += step.operation().weight();
      if (batch.size() >= BATCH_OPERATIONS || batchBytes >= BATCH_BYTES) {
        flush();
      }
    }

    void flush() throws IOException {
      if (!batch.isEmpty()) {
        put(batch);
        batch = new ArrayList<>(BATCH_OPERATIONS);
        batchBytes = 0;
      }
    }

    void put(List<Step> steps) throws IOException {
      try {
        while (!waiting.offer(steps, OFFER_MILLIS, TimeUnit.MILLISECONDS)) {
          throwFailure();
        }
        throwFailure();
      } catch (InterruptedException e) {
        throw interrupted(e);
      }
    }

    void join() throws IOException {
      try {
        thread.join();
      } catch (InterruptedException e) {
        throw interrupted(e);
      }
      throwFailure();
    }

    private static IOException interrupted(InterruptedException cause) {
      Thread.currentThread().interrupt();
      return new InterruptedIOException("the restore was interrupted: " + cause);
    }

    private void throwFailure() throws IOException {
      Throwable failed = failure;
      if (failed instanceof IOException e) {
        throw new IOException(e.getMessage(), e);
      }
      if (failed instanceof RuntimeException e) {
        throw e;
      }
      if (failed instanceof Error e) {
        throw e;
      }
    }

    @Override
    public void run() {
      try {
        for (List<Step> steps = waiting.take(); !steps.isEmpty(); steps = waiting.take()) {
          for (Step step : steps) {
            overlay.accept(step.partition(), step.operation());
          }
        }
      } catch (InterruptedException e) {
        failure = new UncheckedIOException(interrupted(e));
      } catch (IOException | RuntimeException | Error e) {
        failure = e;
      }
    }
  }
}
