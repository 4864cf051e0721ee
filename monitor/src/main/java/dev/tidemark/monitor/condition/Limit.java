package dev.tidemark.monitor.condition;

import dev.tidemark.monitor.alert.AlertCode;
import dev.tidemark.monitor.alert.Assessment;
import dev.tidemark.monitor.alert.Assessment.Verdict;
import java.time.Duration;
import java.util.Locale;

/**
 * A threshold with room for a value to swing in.
 *
 * @param threshold a value beyond it is bad
 * @param margin share of the threshold by which a value must be better to be good
 */
public record Limit(double threshold, double margin) {

  /** A limit in seconds. */
  public static Limit of(Duration threshold, double margin) {
    return new Limit(threshold.toMillis() / 1000.0, margin);
  }

  /** Judges a value that should not be above the threshold. */
  public Assessment atMost(AlertCode code, String source, double value, String message) {
    Verdict verdict =
        value > threshold
            ? Verdict.BAD
            : value > threshold * (1 - margin) ? Verdict.MARGINAL : Verdict.GOOD;
    return new Assessment(code, source, verdict, value, threshold, message);
  }

  /** Judges a value that should not be below the threshold. */
  public Assessment atLeast(AlertCode code, String source, double value, String message) {
    Verdict verdict =
        value < threshold
            ? Verdict.BAD
            : value < threshold * (1 + margin) ? Verdict.MARGINAL : Verdict.GOOD;
    return new Assessment(code, source, verdict, value, threshold, message);
  }

  /** Judges what either is the case or not. */
  public static Assessment flag(AlertCode code, String source, boolean bad, String message) {
    return new Assessment(
        code, source, bad ? Verdict.BAD : Verdict.GOOD, bad ? 1 : 0, Double.NaN, message);
  }

  /** A time for people, for example {@code 3 d 4 h}, {@code 1 h 5 min}, {@code 90.0 s}. */
  static String time(double seconds) {
    long whole = (long) seconds;
    if (whole >= 172_800) {
      return whole / 86_400 + " d " + whole % 86_400 / 3_600 + " h";
    }
    if (whole >= 3_600) {
      return whole / 3_600 + " h " + whole % 3_600 / 60 + " min";
    }
    return String.format(Locale.ROOT, "%.1f s", seconds);
  }
}
