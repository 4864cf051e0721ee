package dev.tidemark.monitor;

import dev.tidemark.monitor.alert.AlertBook;
import dev.tidemark.monitor.alert.Assessment;
import dev.tidemark.monitor.condition.Condition;
import dev.tidemark.schemas.alert.Alert;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Assesses every condition and passes on the alerts that change by it. One thread uses it. */
final class Rounds {

  private final List<Condition> conditions;
  private final AlertBook book;
  private final MonitorMetrics metrics;
  private final List<Consumer<Alert>> receivers;

  Rounds(
      List<Condition> conditions,
      AlertBook book,
      MonitorMetrics metrics,
      List<Consumer<Alert>> receivers) {
    this.conditions = List.copyOf(conditions);
    this.book = book;
    this.metrics = metrics;
    this.receivers = List.copyOf(receivers);
  }

  void assess(Instant now) {
    List<Assessment> found = new ArrayList<>();
    conditions.forEach(condition -> found.addAll(condition.assess(now)));
    metrics.assessed(found);
    for (Alert change : book.update(found, now)) {
      metrics.changed(change);
      receivers.forEach(receiver -> receiver.accept(change));
    }
    metrics.open(book.open());
  }
}
