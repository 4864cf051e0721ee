package dev.tidemark.monitor.alert;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.monitor.SteppedClock;
import dev.tidemark.monitor.condition.Limit;
import dev.tidemark.schemas.alert.Alert;
import dev.tidemark.schemas.alert.AlertState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class AlertBookTest {

  private static final Duration STEP = Duration.ofSeconds(5);
  private static final Limit MINUTE = Limit.of(Duration.ofMinutes(1), 0.1);

  private final SteppedClock clock = new SteppedClock();
  private final AtomicInteger ids = new AtomicInteger();
  private final AlertBook book = book();

  private AlertBook book() {
    return new AlertBook(
        new Patience(Duration.ofSeconds(10), Duration.ofSeconds(30)),
        Map.of(AlertCode.PRIMARY_LOST, new Patience(Duration.ZERO, Duration.ZERO)),
        () -> "alert-" + ids.incrementAndGet());
  }

  private List<Alert> lag(double... seconds) {
    List<Alert> changes = new ArrayList<>();
    for (double lag : seconds) {
      changes.addAll(
          book.update(
              List.of(MINUTE.atMost(AlertCode.OPLOG_LAG, "rs0", lag, "lag is " + lag)),
              clock.step(STEP)));
    }
    return changes;
  }

  @Test
  void shouldRaiseAndResolveOnceWhenTheConditionLasts() {
    assertThat(lag(70, 75)).isEmpty();
    List<Alert> raised = lag(80, 85, 90, 95, 100);
    assertThat(raised).hasSize(1);
    assertThat(raised.get(0).getState()).isEqualTo(AlertState.RAISED);
    assertThat(raised.get(0).getValue()).isEqualTo(80);
    assertThat(raised.get(0).getThreshold()).isEqualTo(60);
    assertThat(raised.get(0).getRemedy()).isNotEmpty();

    assertThat(lag(1, 1, 1, 1, 1, 1)).isEmpty();
    List<Alert> resolved = lag(1, 1, 1);
    assertThat(resolved).hasSize(1);
    assertThat(resolved.get(0).getState()).isEqualTo(AlertState.RESOLVED);
    assertThat(resolved.get(0).getAlertId()).isEqualTo(raised.get(0).getAlertId());
    assertThat(resolved.get(0).getRaisedAt()).isEqualTo(raised.get(0).getRaisedAt());
    assertThat(resolved.get(0).getResolvedAt()).isEqualTo(clock.instant().minus(STEP).minus(STEP));
    assertThat(book.open()).isEmpty();
  }

  @Test
  void shouldNotRaiseWhenTheValueIsBadForAMomentOnly() {
    assertThat(lag(70, 50, 70, 50, 70, 65, 50, 70)).isEmpty();
  }

  @Test
  void shouldNotResolveWhenTheValueSwingsAboutTheThreshold() {
    assertThat(lag(70, 70, 70)).hasSize(1);
    for (int i = 0; i < 20; i++) {
      assertThat(lag(59, 58, 61, 20, 57, 59)).isEmpty();
    }
    assertThat(book.open()).hasSize(1);
  }

  @Test
  void shouldKeepAnAlertWhenNothingIsKnownOfItsSource() {
    assertThat(lag(70, 70, 70)).hasSize(1);
    assertThat(book.update(List.of(), clock.step(Duration.ofDays(1)))).isEmpty();
    assertThat(book.open()).hasSize(1);
  }

  @Test
  void shouldTellSourcesApart() {
    assertThat(lag(70, 70, 70)).hasSize(1);
    assertThat(
            book.update(
                List.of(MINUTE.atMost(AlertCode.OPLOG_LAG, "rs1", 1, "")), clock.step(STEP)))
        .isEmpty();
    assertThat(book.open()).extracting(Alert::getSource).containsExactly("rs0");
  }

  @Test
  void shouldRaiseAtOnceWhenTheConditionHasNoPatience() {
    assertThat(
            book.update(
                List.of(Limit.flag(AlertCode.PRIMARY_LOST, "rs0", true, "gone")), clock.step(STEP)))
        .extracting(Alert::getState)
        .containsExactly(AlertState.RAISED);
    assertThat(
            book.update(
                List.of(Limit.flag(AlertCode.PRIMARY_LOST, "rs0", false, "back")),
                clock.step(STEP)))
        .extracting(Alert::getState)
        .containsExactly(AlertState.RESOLVED);
  }

  @Test
  void shouldNotRaiseAgainWhenARestartedBookRecallsWhatWasPublished() {
    List<Alert> published = new ArrayList<>(lag(70, 70, 70));
    AlertBook restarted = book();
    published.forEach(restarted::recall);

    List<Alert> changes = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      changes.addAll(
          restarted.update(
              List.of(MINUTE.atMost(AlertCode.OPLOG_LAG, "rs0", 99, "still")), clock.step(STEP)));
    }
    assertThat(changes).isEmpty();
    for (int i = 0; i < 8; i++) {
      changes.addAll(
          restarted.update(
              List.of(MINUTE.atMost(AlertCode.OPLOG_LAG, "rs0", 0, "good")), clock.step(STEP)));
    }
    assertThat(changes).hasSize(1);
    assertThat(changes.get(0).getAlertId()).isEqualTo(published.get(0).getAlertId());

    AlertBook third = book();
    published.forEach(third::recall);
    changes.forEach(third::recall);
    assertThat(third.open()).isEmpty();
  }
}
