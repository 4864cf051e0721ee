package dev.tidemark.restorer.schedule;

import dev.tidemark.archive.schedule.CronSchedule;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.apache.kafka.common.utils.Time;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Posts requests when they are due, each cluster by its own schedule.
 *
 * <p>Every worker does. The request's id must follow from the cluster and the time alone: then they
 * all post the same request, which is carried out once. What was due while no worker ran is not
 * made up for.
 *
 * @param <R> the request
 */
public final class RequestScheduler<R> implements Runnable, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(RequestScheduler.class);
  private static final long CHECK_MS = 1_000;

  private final String what;
  private final Map<String, CronSchedule> schedules;
  private final Map<String, Instant> due = new TreeMap<>();
  private final BiFunction<String, Instant, R> request;
  private final Consumer<R> post;
  private final Time time;
  private volatile boolean closed;

  /**
   * @param what is asked for, for messages: {@code "snapshot"}
   * @param schedules by cluster
   * @param request makes the request for a cluster that is due at a time
   * @param post sends it to its topic
   */
  public RequestScheduler(
      String what,
      Map<String, CronSchedule> schedules,
      BiFunction<String, Instant, R> request,
      Consumer<R> post,
      Time time) {
    this.what = what;
    this.schedules = Map.copyOf(schedules);
    this.request = request;
    this.post = post;
    this.time = time;
    schedules.keySet().forEach(cluster -> plan(cluster, now()));
  }

  private Instant now() {
    return Instant.ofEpochMilli(time.milliseconds());
  }

  private void plan(String cluster, Instant after) {
    Optional<Instant> next = schedules.get(cluster).next(after);
    next.ifPresentOrElse(
        instant -> {
          due.put(cluster, instant);
          LOG.info("The next {} of {} is due at {}", what, cluster, instant);
        },
        () -> due.remove(cluster));
  }

  @Override
  public void run() {
    while (!closed) {
      postDue();
      time.sleep(CHECK_MS);
    }
  }

  /** Asks for what is due by now. */
  public void postDue() {
    Instant now = now();
    for (Map.Entry<String, Instant> entry : Map.copyOf(due).entrySet()) {
      if (!entry.getValue().isAfter(now)) {
        String cluster = entry.getKey();
        try {
          post.accept(request.apply(cluster, entry.getValue()));
        } catch (RuntimeException e) {
          LOG.error("The {} of {} that is due could not be asked for", what, cluster, e);
        }
        plan(cluster, now);
      }
    }
  }

  @Override
  public void close() {
    closed = true;
  }
}
