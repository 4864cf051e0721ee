package dev.tidemark.monitor.connect;

import dev.tidemark.monitor.schedule.Repetition;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at the tailer's tasks from time to time and starts again those whose failure that may mend.
 * Thread-safe.
 */
public final class TaskWatch implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(TaskWatch.class);

  private final ConnectClient connect;
  private final RestartPolicy policy;
  private final InstantSource clock;
  private final Repetition repetition = new Repetition("connect-tasks", this::look);

  private volatile List<Finding> findings = List.of();

  /**
   * What is known of a task.
   *
   * @param task example: {@code oplog/0}
   * @param lost whether it has failed and will not be started again
   * @param reason why it failed; empty if it has not
   */
  public record Finding(String task, boolean lost, String reason) {}

  public TaskWatch(ConnectSettings settings, InstantSource clock) {
    this.connect = new ConnectClient(settings.urls(), settings.authorization());
    this.policy = new RestartPolicy(settings.codes(), settings.attempts());
    this.clock = clock;
  }

  /** Begins to look. */
  public TaskWatch start(Duration interval) {
    repetition.start(interval);
    return this;
  }

  private void look() {
    try {
      Instant now = clock.instant();
      List<Finding> found = new ArrayList<>();
      for (TaskState task : connect.tasks()) {
        RestartPolicy.Verdict verdict = policy.judge(task, now);
        if (verdict == RestartPolicy.Verdict.RESTART) {
          LOG.warn("Task {} failed and is started again: {}", task.name(), task.reason());
          connect.restart(task);
        }
        found.add(
            new Finding(
                task.name(),
                verdict == RestartPolicy.Verdict.GIVE_UP,
                task.failed() ? task.reason() : ""));
      }
      findings = List.copyOf(found);
    } catch (IOException e) {
      // What cannot be seen is not judged; a capture that stands still shows as lag.
      findings = List.of();
      LOG.warn("Connect cannot be asked about the tailer's tasks: {}", e.toString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      findings = List.of();
      LOG.error("Looking at the tailer's tasks failed", e);
    }
  }

  /** What was found last; empty while Connect does not answer. */
  public List<Finding> findings() {
    return findings;
  }

  @Override
  public void close() {
    repetition.close();
  }
}
