package dev.tidemark.benchmarks.capture;

/**
 * What was measured of one connector.
 *
 * @param connector its name
 * @param insertsPerSecond backlog of inserts, the median round
 * @param updatesPerSecond backlog of updates, the median round
 * @param latencyP50Millis from acknowledgement to a read-committed consumer
 * @param latencyP99Millis the same, 99 of 100
 * @param insertRounds every backlog of inserts in its turn, the first ones in a colder JVM
 * @param updateRounds the same of updates
 */
@SuppressWarnings("ArrayRecordComponent") // only printed
record Figures(
    String connector,
    double insertsPerSecond,
    double updatesPerSecond,
    double latencyP50Millis,
    double latencyP99Millis,
    double[] insertRounds,
    double[] updateRounds) {}
