package dev.tidemark.cli.demo;

import dev.tidemark.cli.console.Console;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Lets a thread end in its own order when the JVM is asked to end: the thread is interrupted, and
 * the JVM waits until it has closed what it started. Two threads that closed the same things in
 * different orders would wait for servers that are gone.
 */
final class CtrlC implements AutoCloseable {

  private static final long PATIENCE_SECONDS = 60;

  private final Thread worker;
  private final Console console;
  private final CountDownLatch ended = new CountDownLatch(1);
  private final Thread hook = new Thread(this::interrupt, "ctrl-c");
  private boolean ignored;
  private boolean happened;

  private CtrlC(Thread worker, Console console) {
    this.worker = worker;
    this.console = console;
  }

  /** From now on, and until it is closed, Ctrl-C interrupts the thread and mutes the console. */
  static CtrlC interrupts(Thread worker, Console console) {
    CtrlC ctrlC = new CtrlC(worker, console);
    Runtime.getRuntime().addShutdownHook(ctrlC.hook);
    return ctrlC;
  }

  private void interrupt() {
    synchronized (this) {
      if (!ignored) {
        happened = true;
        console.mute();
        worker.interrupt();
      }
    }
    try {
      if (!ended.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        System.err.println("tidemark: not everything could be stopped in time");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Whether the thread was interrupted. */
  synchronized boolean happened() {
    return happened;
  }

  /** The thread is closing what it started: it is not to be interrupted any more. */
  synchronized void ignore() {
    ignored = true;
    Thread.interrupted();
  }

  /** The thread has ended its work. */
  @Override
  public void close() {
    ended.countDown();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException shuttingDown) {
      // The hook runs already, and goes on now.
      return;
    }
  }
}
