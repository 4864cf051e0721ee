package dev.tidemark.restorer.sink;

import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;

/** Daemon threads that send batches. */
final class SenderThreads implements ThreadFactory {

  private final AtomicInteger count = new AtomicInteger();

  @Override
  public Thread newThread(Runnable task) {
    Thread thread = new Thread(task, "restore-sender-" + count.incrementAndGet());
    thread.setDaemon(true);
    return thread;
  }
}
