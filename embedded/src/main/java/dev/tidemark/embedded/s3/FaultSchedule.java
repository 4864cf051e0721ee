package dev.tidemark.embedded.s3;

import java.util.List;
import java.util.Optional;
import java.util.Random;

/** Decides which requests go wrong, and how. Called by several threads at once. */
@FunctionalInterface
public interface FaultSchedule {

  /** Nothing goes wrong. */
  FaultSchedule NONE = request -> Optional.empty();

  /** The store is away: every connection is reset. */
  FaultSchedule AWAY = always(S3Fault.RESET);

  /** What goes wrong with this request, empty if nothing does. */
  Optional<S3Fault> next(S3Request request);

  /** The same fault each time. */
  static FaultSchedule always(S3Fault fault) {
    return request -> Optional.of(fault);
  }

  /**
   * A share of the requests meets one of the faults, all equally often. The same seed gives the
   * same sequence; which request meets which of them depends on the order of their arrival.
   *
   * @param share between 0 and 1
   */
  static FaultSchedule seeded(long seed, double share, List<S3Fault> faults) {
    Random random = new Random(seed);
    return request -> {
      synchronized (random) {
        return random.nextDouble() < share
            ? Optional.of(faults.get(random.nextInt(faults.size())))
            : Optional.empty();
      }
    };
  }
}
