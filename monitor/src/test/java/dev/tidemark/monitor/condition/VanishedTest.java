package dev.tidemark.monitor.condition;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.monitor.alert.AlertBook;
import dev.tidemark.monitor.alert.AlertCode;
import dev.tidemark.monitor.alert.Patience;
import dev.tidemark.schemas.alert.Alert;
import dev.tidemark.schemas.alert.AlertState;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class VanishedTest {

  private final AlertBook book = new AlertBook(Patience.NONE, Map.of(), () -> "id");

  @Test
  void shouldCallOffOnlyWhatIsCertainlyGone() {
    book.update(
        List.of(
            Limit.flag(AlertCode.CAPTURE_FAILED, "oplog/0", true, "failed"),
            Limit.flag(AlertCode.CAPTURE_FAILED, "oplog/1", true, "failed")),
        Instant.EPOCH);
    Condition vanished = new Vanished(book::open, subject -> subject.source().equals("oplog/0"));

    List<Alert> changes = book.update(vanished.assess(Instant.EPOCH), Instant.EPOCH);

    assertThat(changes).extracting(Alert::getSource).containsExactly("oplog/0");
    assertThat(changes.get(0).getState()).isEqualTo(AlertState.RESOLVED);
    assertThat(changes.get(0).getMessage()).isEqualTo("oplog/0 is no longer watched");
    assertThat(book.open()).extracting(Alert::getSource).containsExactly("oplog/1");
  }
}
