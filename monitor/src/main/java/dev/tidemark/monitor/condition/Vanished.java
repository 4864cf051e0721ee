package dev.tidemark.monitor.condition;

import dev.tidemark.monitor.alert.AlertCode;
import dev.tidemark.monitor.alert.Assessment;
import dev.tidemark.schemas.alert.Alert;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Calls off alerts about what is not there any more: a cluster that was taken out of the
 * configuration, a task of a connector that was deleted. Nobody would ever find them well.
 *
 * @param open the alerts that are raised
 * @param gone whether a subject is certainly no longer there; false where that cannot be told
 */
public record Vanished(Supplier<List<Alert>> open, Predicate<Assessment.Subject> gone)
    implements Condition {

  @Override
  public List<Assessment> assess(Instant now) {
    List<Assessment> found = new ArrayList<>();
    for (Alert alert : open.get()) {
      AlertCode code = AlertCode.valueOf(alert.getCode());
      if (gone.test(new Assessment.Subject(code, alert.getSource()))) {
        found.add(
            Limit.flag(
                code, alert.getSource(), false, alert.getSource() + " is no longer watched"));
      }
    }
    return found;
  }
}
