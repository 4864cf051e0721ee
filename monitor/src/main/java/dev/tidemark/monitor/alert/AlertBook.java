package dev.tidemark.monitor.alert;

import dev.tidemark.monitor.alert.Assessment.Subject;
import dev.tidemark.monitor.alert.Assessment.Verdict;
import dev.tidemark.schemas.alert.Alert;
import dev.tidemark.schemas.alert.AlertState;
import dev.tidemark.schemas.serde.TrustedRecords;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Decides which alerts begin and end, each exactly once.
 *
 * <p>An alert is raised when its condition was bad for the whole of {@link Patience#raiseAfter()},
 * and resolved when it was good for the whole of {@link Patience#resolveAfter()}; {@link
 * Verdict#MARGINAL} starts both over, so a value that swings about its threshold changes nothing. A
 * condition that is not assessed keeps its state: not knowing is neither good nor bad.
 *
 * <p>Not thread-safe.
 */
public final class AlertBook {

  static {
    // Copying an alert makes Avro load its enums by name.
    TrustedRecords.trust();
  }

  private final Patience patience;
  private final Map<AlertCode, Patience> exceptions = new EnumMap<>(AlertCode.class);
  private final Supplier<String> ids;
  private final Map<Subject, Trend> trends = new HashMap<>();
  private final Map<Subject, Alert> open = new HashMap<>();

  private record Trend(Verdict verdict, Instant since) {}

  /**
   * @param patience for every condition without one of its own
   * @param exceptions conditions with another patience
   * @param ids makes an alert's id, never the same twice
   */
  public AlertBook(Patience patience, Map<AlertCode, Patience> exceptions, Supplier<String> ids) {
    this.patience = patience;
    this.exceptions.putAll(exceptions);
    this.ids = ids;
  }

  /**
   * Takes over what was published before this book was opened, in the order of publication, so that
   * a restart raises nothing a second time. Alerts of codes that this release does not know are
   * ignored.
   */
  public void recall(Alert published) {
    for (AlertCode code : AlertCode.values()) {
      if (code.name().equals(published.getCode())) {
        Subject subject = new Subject(code, published.getSource());
        if (published.getState() == AlertState.RAISED) {
          open.put(subject, published);
        } else {
          open.remove(subject);
        }
      }
    }
  }

  /**
   * Takes note of what was found, and says which alerts change by it.
   *
   * @param now never before the moment given last
   */
  public List<Alert> update(Collection<Assessment> assessments, Instant now) {
    List<Alert> changes = new ArrayList<>();
    for (Assessment assessment : assessments) {
      Subject subject = assessment.subject();
      Trend trend = trend(subject, assessment.verdict(), now);
      Patience needed = exceptions.getOrDefault(subject.code(), patience);
      Alert raised = open.get(subject);
      if (raised == null
          && trend.verdict == Verdict.BAD
          && !now.isBefore(trend.since.plus(needed.raiseAfter()))) {
        Alert alert = raise(assessment, now);
        open.put(subject, alert);
        changes.add(alert);
      } else if (raised != null
          && trend.verdict == Verdict.GOOD
          && !now.isBefore(trend.since.plus(needed.resolveAfter()))) {
        open.remove(subject);
        changes.add(resolve(raised, assessment, now));
      }
    }
    return changes;
  }

  private Trend trend(Subject subject, Verdict verdict, Instant now) {
    return trends.compute(
        subject,
        (key, before) ->
            before != null && before.verdict == verdict ? before : new Trend(verdict, now));
  }

  private Alert raise(Assessment found, Instant now) {
    return Alert.newBuilder()
        .setAlertId(ids.get())
        .setCode(found.code().name())
        .setState(AlertState.RAISED)
        .setSeverity(found.code().severity())
        .setSource(found.source())
        .setRaisedAt(now.truncatedTo(ChronoUnit.MILLIS))
        .setMessage(found.message())
        .setRemedy(found.code().remedy())
        .setValue(orNull(found.value()))
        .setThreshold(orNull(found.threshold()))
        .build();
  }

  private static Alert resolve(Alert raised, Assessment found, Instant now) {
    return Alert.newBuilder(raised)
        .setState(AlertState.RESOLVED)
        .setResolvedAt(now.truncatedTo(ChronoUnit.MILLIS))
        .setMessage(found.message())
        .setValue(orNull(found.value()))
        .setThreshold(orNull(found.threshold()))
        .build();
  }

  private static Double orNull(double value) {
    return Double.isFinite(value) ? value : null;
  }

  /** The alerts that are raised and not resolved. */
  public List<Alert> open() {
    return List.copyOf(open.values());
  }
}
