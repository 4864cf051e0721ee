package dev.tidemark.benchmarks.capture;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The size of a run, from system properties.
 *
 * @param backlog entries that wait when the connector is resumed: {@code capture.backlog}
 * @param rounds backlogs of each kind, of which the median counts: {@code capture.rounds}
 * @param warmUp entries before the first measurement: {@code capture.warmup}
 * @param rate single writes a second for the latency: {@code capture.rate}
 * @param seconds how long these go on: {@code capture.seconds}
 */
record Settings(int backlog, int rounds, int warmUp, double rate, int seconds) {

  /**
   * Keys of this project's connector that are tried, {@code key=value,…}: {@code capture.config}.
   */
  static Map<String, String> tried() {
    Map<String, String> keys = new LinkedHashMap<>();
    for (String pair : System.getProperty("capture.config", "").split(",")) {
      int equals = pair.indexOf('=');
      if (equals > 0) {
        keys.put(pair.substring(0, equals), pair.substring(equals + 1));
      }
    }
    return keys;
  }

  /** Options of the worker's JVM, separated by blanks: {@code capture.worker}. */
  static List<String> workerOptions() {
    return Stream.of(System.getProperty("capture.worker", "").split(" "))
        .filter(option -> !option.isEmpty())
        .toList();
  }

  static Settings ofProperties() {
    return new Settings(
        Integer.getInteger("capture.backlog", 200_000),
        Integer.getInteger("capture.rounds", 7),
        Integer.getInteger("capture.warmup", 1_500_000),
        Integer.getInteger("capture.rate", 2_000),
        Integer.getInteger("capture.seconds", 13));
  }
}
