package dev.tidemark.restorer.restore;

import java.util.List;

/**
 * How long a restore will take, roughly: what the documents and the entries weigh at rates that are
 * assumed, on the low side, for two cores with a server beside them; no benchmark backs them yet.
 * It tells minutes from hours, no more.
 */
final class RestoreEstimate {

  private static final double BASE_BYTES_PER_SECOND = 20e6;
  private static final double ENTRIES_PER_SECOND = 50e3;
  private static final double START_SECONDS = 2;

  private RestoreEstimate() {}

  /** Of the replica sets of a cluster, which are restored one after another. */
  static double seconds(List<PlannedRestore> restores) {
    return restores.stream().mapToDouble(RestoreEstimate::seconds).sum();
  }

  static double seconds(PlannedRestore restore) {
    double base = restore.set().snapshot().digest().bytes() / BASE_BYTES_PER_SECOND;
    double entries = restore.set().entries() / ENTRIES_PER_SECOND;
    return START_SECONDS + base + entries;
  }
}
