package dev.tidemark.tailer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.schemas.event.OplogEventView;
import dev.tidemark.tailer.stack.CaptureStack;
import dev.tidemark.tailer.stack.EventLog;
import dev.tidemark.tailer.stack.Source;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.bson.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class OplogSourceConnectorIT {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final String name = CaptureStack.unique("oplog");
  private final String topic = CaptureStack.unique("oplog-backup");
  private final Source source = new Source();

  @AfterEach
  void deleteConnector() {
    CaptureStack.rest().deleteConnector(name);
    source.close();
  }

  @Test
  void shouldPublishEveryEntryOnceAndInOrder() {
    source.insert(0, 500);
    start(Map.of("start.position", "earliest"));
    source.insert(500, 1_000);
    source.collection("orders").updateOne(new Document("_id", 7), Document.parse("{$set:{a:1}}"));
    source.collection("orders").deleteOne(new Document("_id", 8));
    try (EventLog log = new EventLog(topic, 0)) {
      log.awaitComplete(source.set().newestOptime());

      assertThat(log.entries()).extracting(OplogEventView::entry).isEqualTo(source.oplog());
      assertThat(log.markers()).containsExactly("START");
      assertThat(log.events().get(0).kind()).isEqualTo("START");
      assertThat(log.events().get(0).ts()).isEqualTo(log.entries().get(0).ts());
      assertThatChainHolds(log.entries());
      assertThat(log.entries()).allMatch(e -> e.setId().equals(source.set().setId()));
      assertThat(log.entries()).extracting(OplogEventView::op).contains("n", "c", "i", "u", "d");
      assertThat(log.keys()).contains("", "shop.$cmd", "shop.orders");
    }
  }

  @Test
  void shouldResumeBehindTheLastEntryWhenRestarted() {
    start(Map.of());
    source.insert(0, 200);
    try (EventLog log = new EventLog(topic, 0)) {
      log.awaitComplete(source.set().newestOptime());
      CaptureStack.rest().deleteConnector(name);
      source.insert(200, 400);
      start(Map.of());
      log.awaitComplete(source.set().newestOptime());

      List<OplogEventView> entries = log.entries();
      assertThat(entries)
          .extracting(OplogEventView::entry)
          .isEqualTo(
              source
                  .oplog()
                  .subList(source.oplog().size() - entries.size(), source.oplog().size()));
      assertThat(entries).filteredOn(e -> e.op().equals("i")).hasSize(400);
      assertThat(log.markers()).containsExactly("START");
      assertThatChainHolds(entries);
    }
  }

  private void start(Map<String, String> overrides) {
    Map<String, String> config = CaptureStack.config(source.set().connectionString(), topic);
    config.putAll(overrides);
    CaptureStack.rest().putConnector(name, config);
    CaptureStack.rest().awaitRunning(name, 1, PATIENCE);
  }

  private static void assertThatChainHolds(List<OplogEventView> entries) {
    assertThat(entries.get(0).prevTs()).isZero();
    for (int i = 1; i < entries.size(); i++) {
      assertThat(entries.get(i).prevTs()).isEqualTo(entries.get(i - 1).ts());
      assertThat(entries.get(i).prevTerm()).isEqualTo(entries.get(i - 1).term());
    }
  }
}
