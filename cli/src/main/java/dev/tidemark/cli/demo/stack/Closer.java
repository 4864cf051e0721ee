package dev.tidemark.cli.demo.stack;

import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What was started, to be closed in reverse order, each once, whoever asks for it: the end of the
 * demo or Ctrl-C. A failure does not keep the rest from being closed. Thread-safe.
 */
public final class Closer implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Closer.class);

  private final Deque<AutoCloseable> started = new ArrayDeque<>();

  /**
   * Takes something to be closed later.
   *
   * @return the same
   */
  public synchronized <T extends AutoCloseable> T add(T resource) {
    started.push(resource);
    return resource;
  }

  /** Returns once everything is closed, also if another thread is at it. */
  @Override
  public synchronized void close() {
    while (!started.isEmpty()) {
      AutoCloseable resource = started.pop();
      long begin = System.nanoTime();
      try {
        resource.close();
        LOG.info(
            "{} closed after {} ms",
            resource.getClass().getSimpleName(),
            (System.nanoTime() - begin) / 1_000_000);
      } catch (Exception e) {
        LOG.warn("{} did not close cleanly", resource.getClass().getSimpleName(), e);
      }
    }
  }
}
