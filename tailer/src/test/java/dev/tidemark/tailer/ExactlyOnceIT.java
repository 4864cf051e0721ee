package dev.tidemark.tailer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.embedded.stack.StackException;
import dev.tidemark.schemas.event.OplogEventView;
import dev.tidemark.tailer.stack.CaptureStack;
import dev.tidemark.tailer.stack.Chains;
import dev.tidemark.tailer.stack.ChildWorker;
import dev.tidemark.tailer.stack.Connector;
import dev.tidemark.tailer.stack.EventLog;
import dev.tidemark.tailer.stack.Source;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.awaitility.Awaitility;
import org.bson.Document;
import org.junit.jupiter.api.Test;

/** A worker killed at random moments under load must neither lose nor repeat an entry. */
class ExactlyOnceIT {

  private static final int KILLS = Integer.getInteger("tailer.kills", 3);
  private static final int BATCH = 20;
  private static final Duration BATCH_PAUSE = Duration.ofMillis(40);
  private static final Duration PATIENCE = Duration.ofSeconds(120);

  private final String topic = CaptureStack.unique("oplog-backup");
  private final AtomicBoolean writing = new AtomicBoolean(true);
  private final AtomicInteger written = new AtomicInteger();

  @Test
  void shouldPublishEveryEntryOnceWhenTheWorkerIsKilledUnderLoad() throws InterruptedException {
    SplittableRandom random = new SplittableRandom(7);
    try (Source source = new Source();
        ChildWorker worker = new ChildWorker(CaptureStack.unique("killed"));
        EventLog log = new EventLog(topic, 0)) {
      worker.start();
      Connector connector =
          new Connector(worker.rest(), CaptureStack.config(source.set().connectionString(), topic));
      connector.with("poll.max.bytes", "20000").with("queue.max.bytes", "2000000");
      awaitWorker(worker, connector);
      Thread writer = new Thread(() -> write(source), "writer");
      writer.start();
      try {
        for (int kill = 0; kill < KILLS; kill++) {
          int seen = log.entries().size();
          // Only a worker that has published something since its start is worth killing.
          log.await(event -> log.entries().size() > seen + BATCH);
          int more = random.nextInt(20 * BATCH);
          log.await(event -> log.entries().size() > seen + more);
          worker.kill();
          worker.start();
        }
        int seen = log.entries().size();
        log.await(event -> log.entries().size() > seen);
      } finally {
        writing.set(false);
        writer.join();
      }
      log.awaitComplete(source.set().newestOptime());

      List<OplogEventView> entries = log.entries();
      // The simulator drops its oldest entries in a long run; those captured by then remain.
      List<ByteBuffer> oplog = source.oplog();
      int comparable = Math.min(oplog.size(), entries.size());
      assertThat(entries.subList(entries.size() - comparable, entries.size()))
          .extracting(OplogEventView::entry)
          .isEqualTo(oplog.subList(oplog.size() - comparable, oplog.size()));
      assertThat(entries).filteredOn(e -> e.op().equals("i")).hasSize(written.get());
      assertThat(log.markers()).containsExactly("START");
      Chains.assertUnbroken(entries);
    }
  }

  private static void awaitWorker(ChildWorker worker, Connector connector) {
    Awaitility.await()
        .atMost(PATIENCE)
        .ignoreExceptionsInstanceOf(StackException.class)
        .until(
            () -> {
              connector.start();
              return true;
            });
    assertThat(worker.lastWords()).isNotNull();
  }

  private void write(Source source) {
    while (writing.get()) {
      List<Document> documents = new ArrayList<>();
      for (int i = 0; i < BATCH; i++) {
        documents.add(
            new Document("_id", written.getAndIncrement()).append("text", "x".repeat(80)));
      }
      source.collection("load").insertMany(documents);
      // Load, not a flood: the simulator's oplog must outlast the time that a worker needs to
      // start.
      LockSupport.parkNanos(BATCH_PAUSE.toNanos());
    }
  }
}
