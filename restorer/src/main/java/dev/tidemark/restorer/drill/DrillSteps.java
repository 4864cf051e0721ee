package dev.tidemark.restorer.drill;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.apache.kafka.common.utils.Time;

/** Takes the steps of one drill and their times. Used by one thread. */
final class DrillSteps {

  private final Map<String, Long> millis = new LinkedHashMap<>();
  private final Consumer<String> begun;
  private final Time time;

  /**
   * @param begun told the title of each step as it begins
   */
  DrillSteps(Consumer<String> begun, Time time) {
    this.begun = begun;
    this.time = time;
  }

  /** Takes a step; its time counts also if it fails. */
  <T> T take(DrillStep step, Callable<T> work) throws Exception {
    begun.accept(step.title());
    long start = time.milliseconds();
    try {
      return work.call();
    } finally {
      millis.put(step.title(), time.milliseconds() - start);
    }
  }

  void run(DrillStep step, Runnable work) throws Exception {
    take(
        step,
        () -> {
          work.run();
          return null;
        });
  }

  /** Milliseconds of the steps taken so far, by title. */
  Map<String, Long> millis() {
    return Map.copyOf(millis);
  }
}
