package dev.tidemark.benchmarks.capture;

import java.util.List;

/**
 * The backlogs of one kind, in their turn; the first ones met a colder JVM.
 *
 * @param rounds each of them
 */
record Backlogs(List<Round> rounds) {

  Backlogs {
    rounds = List.copyOf(rounds);
  }

  /**
   * One backlog.
   *
   * @param entriesPerSecond from the first record that the consumer saw to the last
   * @param processorMicros processor time of the whole process for each entry, from the moment the
   *     connector was resumed: source, broker, worker and consumer, compiler and garbage collector.
   *     It depends less than the rate on what else the machine does
   */
  record Round(double entriesPerSecond, double processorMicros) {}

  /** The median. */
  double entriesPerSecond() {
    return median(rounds.stream().mapToDouble(Round::entriesPerSecond).sorted().toArray());
  }

  /** The median. */
  double processorMicros() {
    return median(rounds.stream().mapToDouble(Round::processorMicros).sorted().toArray());
  }

  private static double median(double[] sorted) {
    return sorted[sorted.length / 2];
  }
}
