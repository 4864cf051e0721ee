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
   * @param workerMicros processor time of the worker for each entry, from the moment the connector
   *     was resumed, compiler and garbage collector with it. It depends less than the rate on what
   *     else the machine does
   * @param brokerMicros the same of the broker
   */
  record Round(double entriesPerSecond, double workerMicros, double brokerMicros) {}

  /** The median. */
  double entriesPerSecond() {
    return median(rounds.stream().mapToDouble(Round::entriesPerSecond).sorted().toArray());
  }

  /** The median. */
  double workerMicros() {
    return median(rounds.stream().mapToDouble(Round::workerMicros).sorted().toArray());
  }

  /** The median. */
  double brokerMicros() {
    return median(rounds.stream().mapToDouble(Round::brokerMicros).sorted().toArray());
  }

  private static double median(double[] sorted) {
    return sorted[sorted.length / 2];
  }
}
