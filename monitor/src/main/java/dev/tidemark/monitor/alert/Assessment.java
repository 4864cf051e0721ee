package dev.tidemark.monitor.alert;

/**
 * What was found about one condition of one source at one moment.
 *
 * @param code the condition
 * @param source a cluster, a replica set or a service
 * @param verdict what the value means
 * @param value the measured value in the unit of {@link AlertCode#measures()}, NaN if there is none
 * @param threshold the limit that it was compared with
 * @param message what was found, a sentence without a final full stop
 */
public record Assessment(
    AlertCode code,
    String source,
    Verdict verdict,
    double value,
    double threshold,
    String message) {

  /** What a value means. */
  public enum Verdict {
    /** Beyond the threshold. */
    BAD,
    /** Better than the threshold, but not by enough to call an alert off. */
    MARGINAL,
    /** Well within. */
    GOOD
  }

  /** What an alert is kept under: one condition of one source is one alert at a time. */
  public record Subject(AlertCode code, String source) {}

  public Subject subject() {
    return new Subject(code, source);
  }
}
