package dev.tidemark.restorer.restore;

import dev.tidemark.schemas.request.VerifyLevel;
import dev.tidemark.schemas.status.JobState;
import dev.tidemark.schemas.status.RestoreStatus;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/**
 * How long a restore will take: what the documents and the entries weigh, at rates. The rates are
 * learned from the newest restores into the same target; until there are any, they are assumed, on
 * the low side, for two cores with a server beside them, and tell minutes from hours.
 *
 * <p>The time of a restore is modelled as {@code start + p·bytes/B + q·entries/E} with the assumed
 * rates B and E. Of the corrections p and q those are taken that make the sum of the squared
 * relative errors smallest, with a light pull towards 1, so that restores of one kind say nothing
 * about the rate that they do not show. Immutable.
 *
 * @param bytes correction of the time for documents
 * @param entries correction of the time for entries
 * @param restores how many restores the corrections rest on
 */
record RestoreEstimate(double bytes, double entries, int restores) {

  /** Nothing is known of the target. */
  static final RestoreEstimate ASSUMED = new RestoreEstimate(1, 1, 0);

  private static final double BASE_BYTES_PER_SECOND = 20e6;
  private static final double ENTRIES_PER_SECOND = 50e3;
  private static final double START_SECONDS = 2;

  private static final int NEWEST = 10;

  /** Shorter ones tell of the start only. */
  private static final double LEAST_WORK_SECONDS = 1;

  private static final double PULL = 0.001;
  private static final double LEAST = 0.01;

  /**
   * Learns from restores.
   *
   * @param known the latest statuses of restores, whatever became of them
   * @param target alias of the target
   * @param verify only restores that were verified likewise count
   */
  static RestoreEstimate learned(
      Collection<RestoreStatus> known, String target, VerifyLevel verify) {
    return of(
        known.stream()
            .filter(status -> status.getState() == JobState.SUCCEEDED)
            .filter(status -> status.getTarget().equals(target))
            .filter(status -> verify.name().equals(status.getVerify()))
            .filter(status -> status.getWorkMillis() > 0 && status.getPlan() != null)
            .sorted(
                Comparator.<RestoreStatus, Instant>comparing(RestoreStatus::getUpdatedAt)
                    .reversed())
            .map(RestoreEstimate::sample)
            .filter(sample -> sample.byBytes() + sample.byEntries() >= LEAST_WORK_SECONDS)
            .limit(NEWEST)
            .toList());
  }

  /**
   * A restore that was done.
   *
   * @param byBytes seconds that its documents take at the assumed rate
   * @param byEntries seconds that its entries take at the assumed rate
   * @param took seconds that it took
   */
  private record Sample(double byBytes, double byEntries, double took) {}

  private static Sample sample(RestoreStatus status) {
    return new Sample(
        Math.max(0, status.getPlan().getBaseBytes()) / BASE_BYTES_PER_SECOND,
        status.getPlan().getEntries() / ENTRIES_PER_SECOND,
        status.getWorkMillis() / 1000.0);
  }

  /** Solves the two normal equations of the fit. */
  private static RestoreEstimate of(List<Sample> samples) {
    double bb = PULL;
    double be = 0;
    double ee = PULL;
    double bt = PULL;
    double et = PULL;
    for (Sample sample : samples) {
      double b = sample.byBytes() / sample.took();
      double e = sample.byEntries() / sample.took();
      double t = Math.max(0, sample.took() - START_SECONDS) / sample.took();
      bb += b * b;
      be += b * e;
      ee += e * e;
      bt += b * t;
      et += e * t;
    }
    double determinant = bb * ee - be * be;
    double bytes = (bt * ee - et * be) / determinant;
    double entries = (et * bb - bt * be) / determinant;
    // A negative time is none: the other rate then explains everything.
    if (bytes < LEAST) {
      bytes = LEAST;
      entries = (et - be * bytes) / ee;
    } else if (entries < LEAST) {
      entries = LEAST;
      bytes = (bt - be * entries) / bb;
    }
    return new RestoreEstimate(Math.max(LEAST, bytes), Math.max(LEAST, entries), samples.size());
  }

  /** Of the replica sets of a cluster, which are restored one after another. */
  double seconds(List<PlannedRestore> planned) {
    return planned.stream().mapToDouble(this::seconds).sum();
  }

  double seconds(PlannedRestore planned) {
    return seconds(planned.baseBytes(), planned.set().entries());
  }

  double seconds(long baseBytes, long entryCount) {
    return START_SECONDS
        + bytes * baseBytes / BASE_BYTES_PER_SECOND
        + entries * entryCount / ENTRIES_PER_SECOND;
  }
}
