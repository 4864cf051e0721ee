package dev.tidemark.benchmarks.capture;

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

  static Settings ofProperties() {
    return new Settings(
        Integer.getInteger("capture.backlog", 200_000),
        Integer.getInteger("capture.rounds", 3),
        Integer.getInteger("capture.warmup", 50_000),
        Integer.getInteger("capture.rate", 2_000),
        Integer.getInteger("capture.seconds", 13));
  }
}
