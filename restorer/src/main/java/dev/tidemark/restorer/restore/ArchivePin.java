package dev.tidemark.restorer.restore;

import dev.tidemark.archive.key.ObjectKeys;
import dev.tidemark.archive.plan.RestorePlan;
import dev.tidemark.archive.retention.Pin;
import dev.tidemark.archive.retention.PinBoard;
import dev.tidemark.archive.store.ObjectStore;
import dev.tidemark.oplog.error.TidemarkException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.utils.Time;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps what a restore reads from being removed from the archive, until it is closed. A worker that
 * dies leaves a pin that expires by itself.
 */
public final class ArchivePin implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(ArchivePin.class);
  private static final Duration VALIDITY = Duration.ofHours(6);
  private static final Duration RENEWAL = Duration.ofHours(1);

  private final PinBoard board;
  private final String id;
  private final ScheduledExecutorService renewer;

  private ArchivePin(PinBoard board, String id, ScheduledExecutorService renewer) {
    this.board = board;
    this.id = id;
    this.renewer = renewer;
  }

  /** Pins everything that a plan reads. */
  static ArchivePin of(ObjectStore store, RestorePlan plan, String requestId, Time time) {
    ObjectKeys keys = plan.keys();
    PinBoard board = new PinBoard(store, keys);
    String id = FileNames.of(requestId);
    List<String> objects = plan.objectKeys();
    put(board, id, objects, time);
    ScheduledExecutorService renewer =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "pin-" + id);
              thread.setDaemon(true);
              return thread;
            });
    var unused =
        renewer.scheduleAtFixedRate(
            () -> renew(board, id, objects, time),
            RENEWAL.toMinutes(),
            RENEWAL.toMinutes(),
            TimeUnit.MINUTES);
    return new ArchivePin(board, id, renewer);
  }

  private static void put(PinBoard board, String id, List<String> objects, Time time) {
    board.put(new Pin(id, Instant.ofEpochMilli(time.milliseconds()).plus(VALIDITY), objects));
  }

  private static void renew(PinBoard board, String id, List<String> objects, Time time) {
    try {
      put(board, id, objects, time);
    } catch (TidemarkException e) {
      // The next one is due long before the pin expires.
      LOG.warn("The pin of restore {} could not be renewed: {}", id, e.getMessage());
    }
  }

  @Override
  public void close() {
    renewer.shutdownNow();
    try {
      board.remove(id);
    } catch (TidemarkException e) {
      LOG.warn("The pin of restore {} stays until it expires: {}", id, e.getMessage());
    }
  }
}
