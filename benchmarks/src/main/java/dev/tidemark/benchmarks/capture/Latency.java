package dev.tidemark.benchmarks.capture;

import java.util.Arrays;

/**
 * Milliseconds from the acknowledgement of a write to its record.
 *
 * @param p50 the median
 * @param p99 99 of 100 are not longer
 */
record Latency(double p50, double p99) {

  /** From pairs of times in nanoseconds. */
  static Latency of(long[] acknowledged, long[] seen) {
    double[] millis = new double[seen.length];
    for (int i = 0; i < seen.length; i++) {
      // A record may be there before its writer has woken up.
      millis[i] = Math.max(0, seen[i] - acknowledged[i]) / 1e6;
    }
    Arrays.sort(millis);
    return new Latency(
        millis[millis.length / 2], millis[Math.min(millis.length - 1, millis.length * 99 / 100)]);
  }
}
