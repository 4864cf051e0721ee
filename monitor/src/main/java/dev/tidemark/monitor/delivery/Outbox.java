package dev.tidemark.monitor.delivery;

import dev.tidemark.monitor.error.MonitorError;
import dev.tidemark.oplog.error.TidemarkException;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Delivers messages in order on a thread of its own, and tries each again until it was taken or
 * refused. So one receiver that is down delays nobody else.
 *
 * <p>Thread-safe.
 *
 * @param <T> the messages
 */
public final class Outbox<T> implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Outbox.class);
  private static final int CAPACITY = 10_000;
  private static final long LAST_CHANCE_MS = 5_000;

  private final String name;
  private final Delivery<T> delivery;
  private final Duration firstPause;
  private final Duration longestPause;
  private final BlockingQueue<T> waiting = new LinkedBlockingQueue<>(CAPACITY);
  private final AtomicLong undelivered = new AtomicLong();
  private final AtomicLong lost = new AtomicLong();
  private final AtomicBoolean closing = new AtomicBoolean();
  private final Thread thread;

  /**
   * @param name names the receiver in logs
   * @param firstPause before the first repetition; doubled each time
   * @param longestPause the longest pause between repetitions
   */
  public Outbox(String name, Delivery<T> delivery, Duration firstPause, Duration longestPause) {
    this.name = name;
    this.delivery = delivery;
    this.firstPause = firstPause;
    this.longestPause = longestPause;
    this.thread = new Thread(this::run, "outbox-" + name);
    thread.setDaemon(true);
  }

  /** Begins to deliver. */
  public Outbox<T> start() {
    thread.start();
    return this;
  }

  /** Takes a message to be delivered; one too many is dropped and counted. */
  public void put(T message) {
    undelivered.incrementAndGet();
    if (!waiting.offer(message)) {
      undelivered.decrementAndGet();
      lost.incrementAndGet();
      LOG.error("Receiver {} has {} messages waiting: one is dropped", name, CAPACITY);
    }
  }

  private void run() {
    try {
      while (true) {
        T message = waiting.poll(100, TimeUnit.MILLISECONDS);
        if (message != null) {
          deliver(message);
          undelivered.decrementAndGet();
        } else if (closing.get()) {
          return;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void deliver(T message) throws InterruptedException {
    Duration pause = firstPause;
    while (true) {
      try {
        delivery.deliver(message);
        return;
      } catch (TidemarkException e) {
        if (e.code() == MonitorError.MONITOR_DELIVERY_REFUSED) {
          lost.incrementAndGet();
          LOG.error("A message to {} is given up: {}", name, e.getMessage());
          return;
        }
        LOG.warn("A message to {} waits: {}", name, e.getMessage());
      } catch (RuntimeException e) {
        LOG.warn("A message to {} waits", name, e);
      }
      Thread.sleep(pause.toMillis());
      pause =
          pause.multipliedBy(2).compareTo(longestPause) < 0 ? pause.multipliedBy(2) : longestPause;
    }
  }

  public String name() {
    return name;
  }

  /** Messages that wait, with the one that is being delivered. */
  public long undelivered() {
    return undelivered.get();
  }

  /** Messages that were refused or dropped. */
  public long lost() {
    return lost.get();
  }

  /** Delivers what it can within seconds, and ends. */
  @Override
  public void close() {
    closing.set(true);
    try {
      thread.join(LAST_CHANCE_MS);
      if (thread.isAlive()) {
        LOG.warn("{} messages to {} were not delivered", undelivered.get(), name);
        thread.interrupt();
        thread.join();
      }
    } catch (InterruptedException e) {
      thread.interrupt();
      Thread.currentThread().interrupt();
    }
  }
}
