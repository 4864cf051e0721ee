package dev.tidemark.monitor.connect;

import dev.tidemark.monitor.schedule.Repetition;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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

  private volatile Look last = Look.NOTHING;

  /**
   * What is known of a task, or of a connector.
   *
   * @param task examples: {@code oplog/0}, {@code oplog/connector}
   * @param lost whether it has failed and will not be started again
   * @param reason why it failed; empty if it has not
   */
  public record Finding(String task, boolean lost, String reason) {}

  /** What one look showed; no connectors at all if Connect did not answer. */
  private record Look(Optional<Map<String, Set<String>>> configured, List<Finding> findings) {
    static final Look NOTHING = new Look(Optional.empty(), List.of());
  }

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
      ConnectClient.Tailers tailers = connect.tailers();
      for (TaskState task : tailers.tasks()) {
        RestartPolicy.Verdict verdict = policy.judge(task, now);
        if (verdict == RestartPolicy.Verdict.RESTART) {
          LOG.warn("{} failed and is started again: {}", task.name(), task.reason());
          connect.restart(task);
        }
        found.add(
            new Finding(
                task.name(),
                verdict == RestartPolicy.Verdict.GIVE_UP,
                task.failed() ? task.reason() : ""));
      }
      last = new Look(Optional.of(tailers.configured()), List.copyOf(found));
    } catch (IOException e) {
      // What cannot be seen is not judged; a capture that stands still shows as lag.
      last = Look.NOTHING;
      LOG.warn("Connect cannot be asked about the tailer's tasks: {}", e.toString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      last = Look.NOTHING;
      LOG.error("Looking at the tailer's tasks failed", e);
    }
  }

  /** What was found last; empty while Connect does not answer. */
  public List<Finding> findings() {
    return last.findings();
  }

  /**
   * Whether Connect answers and the task is no longer among those of its connector, or the
   * connector is gone. A connector without tasks may just be starting.
   *
   * @param task examples: {@code oplog/0}, {@code oplog/connector}
   */
  public boolean isGone(String task) {
    String connector = task.substring(0, task.lastIndexOf('/'));
    boolean itself = task.equals(TaskState.name(connector, TaskState.CONNECTOR));
    return last.configured()
        .map(connectors -> connectors.get(connector))
        .map(tasks -> !itself && !tasks.isEmpty() && !tasks.contains(task))
        .orElse(last.configured().isPresent());
  }

  @Override
  public void close() {
    repetition.close();
  }
}
