package dev.tidemark.cli.demo.watch;

import java.util.Arrays;

/** Samples of a latency in milliseconds. Not thread-safe. */
final class Latencies {

  private long[] samples = new long[1 << 14];
  private int count;

  void add(long millis) {
    if (count == samples.length) {
      samples = Arrays.copyOf(samples, count * 2);
    }
    samples[count++] = Math.max(0, millis);
  }

  /**
   * The smallest sample that a share of all samples does not exceed.
   *
   * @param share between 0 and 1
   * @return -1 if there are no samples
   */
  long quantile(double share) {
    if (count == 0) {
      return -1;
    }
    long[] sorted = Arrays.copyOf(samples, count);
    Arrays.sort(sorted);
    return sorted[(int) Math.min(count - 1L, (long) Math.ceil(share * count) - 1)];
  }
}
