package dev.tidemark.monitor.connect;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * When a failed task is started again, and when an operator is needed. Pauses double from one
 * attempt to the next; a task that has run for the longest pause begins anew. Not thread-safe.
 */
final class RestartPolicy {

  static final Duration FIRST_PAUSE = Duration.ofSeconds(5);
  static final Duration LONGEST_PAUSE = Duration.ofMinutes(5);

  private final Set<String> codes;
  private final int attempts;
  private final Map<String, History> histories = new HashMap<>();

  /** What to do about a task. */
  enum Verdict {
    /** Nothing. */
    FINE,
    /** Start it again now. */
    RESTART,
    /** It will be started again, but not yet. */
    PAUSE,
    /** Only a person can help. */
    GIVE_UP
  }

  private record History(int restarts, Instant last) {}

  /**
   * @param codes failures that a new start may mend
   * @param attempts starts before it is given up
   */
  RestartPolicy(Set<String> codes, int attempts) {
    this.codes = codes;
    this.attempts = attempts;
  }

  /** Judges a task; RESTART counts as done. */
  Verdict judge(TaskState task, Instant now) {
    History history = histories.get(task.name());
    if (!task.failed()) {
      boolean settled =
          history != null && task.running() && history.last().plus(LONGEST_PAUSE).isBefore(now);
      if (settled) {
        histories.remove(task.name());
      }
      return Verdict.FINE;
    }
    int restarts = history == null ? 0 : history.restarts();
    if (restarts >= attempts || !task.code().map(codes::contains).orElse(true)) {
      return Verdict.GIVE_UP;
    }
    if (history != null && now.isBefore(history.last().plus(pause(restarts)))) {
      return Verdict.PAUSE;
    }
    histories.put(task.name(), new History(restarts + 1, now));
    return Verdict.RESTART;
  }

  private static Duration pause(int restarts) {
    Duration pause = FIRST_PAUSE.multipliedBy(1L << Math.min(restarts - 1, 10));
    return pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause;
  }
}
