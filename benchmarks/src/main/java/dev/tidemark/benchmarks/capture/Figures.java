package dev.tidemark.benchmarks.capture;

/**
 * What was measured of one connector.
 *
 * @param connector its name
 * @param inserts backlogs of inserts
 * @param updates backlogs of updates
 * @param latencyP50Millis from acknowledgement to a read-committed consumer
 * @param latencyP99Millis the same, 99 of 100
 */
record Figures(
    String connector,
    Backlogs inserts,
    Backlogs updates,
    double latencyP50Millis,
    double latencyP99Millis) {}
