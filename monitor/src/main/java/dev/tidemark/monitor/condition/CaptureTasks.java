package dev.tidemark.monitor.condition;

import dev.tidemark.monitor.alert.AlertCode;
import dev.tidemark.monitor.alert.Assessment;
import dev.tidemark.monitor.connect.TaskWatch;
import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;

/**
 * Whether a task of the tailer has failed for good, or the connector, which gives them their sets.
 *
 * @param tasks what Connect tells
 */
public record CaptureTasks(Supplier<List<TaskWatch.Finding>> tasks) implements Condition {

  @Override
  public List<Assessment> assess(Instant now) {
    return tasks.get().stream().map(CaptureTasks::assess).toList();
  }

  private static Assessment assess(TaskWatch.Finding task) {
    return Limit.flag(
        AlertCode.CAPTURE_FAILED,
        task.task(),
        task.lost(),
        task.lost()
            ? "The tailer's " + task.task() + " failed: " + task.reason()
            : "The tailer's " + task.task() + " has not failed for good");
  }
}
