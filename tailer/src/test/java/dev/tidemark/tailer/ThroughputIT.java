package dev.tidemark.tailer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tidemark.embedded.mongo.SimulatorConfig;
import dev.tidemark.tailer.stack.CaptureStack;
import dev.tidemark.tailer.stack.Chains;
import dev.tidemark.tailer.stack.Connector;
import dev.tidemark.tailer.stack.Source;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Times a backlog of small inserts from the first record that a read-committed consumer sees to the
 * last: {@code -Dtest.jvm.args=-Dtailer.backlog=200000}.
 */
class ThroughputIT {

  private static final int BACKLOG = Integer.getInteger("tailer.backlog", 0);
  private static final int ROUNDS = Integer.getInteger("tailer.rounds", 3);

  /** Threads that cost less than this for each entry are not worth a line. */
  private static final double SHOWN_MICROS = 0.1;

  @TempDir private Path directory;

  @Test
  void shouldWorkOffABacklog() throws IOException {
    assumeTrue(BACKLOG > 0, "set -Dtailer.backlog to measure");
    String text = "x".repeat(60);
    Path first = Files.write(directory.resolve("oplog.bson"), Chains.entry(100, 1, "{_id: 0}"));
    try (Source source = new Source(SimulatorConfig.builder().serving(first).build())) {
      source.set().appendOplog(Chains.entry(100, 1, "{_id: 0}"));
      for (int i = 2; i <= BACKLOG; i++) {
        source
            .set()
            .appendOplog(Chains.entry(100, i, "{_id: " + i + ", text: '" + text + "', n: 1}"));
      }
      for (int round = 0; round < ROUNDS; round++) {
        measure(source);
      }
    }
  }

  private static void measure(Source source) {
    String topic = CaptureStack.unique("oplog-backup");
    try (Connector connector =
            new Connector(
                CaptureStack.rest(), CaptureStack.config(source.set().connectionString(), topic));
        KafkaConsumer<byte[], byte[]> consumer =
            new KafkaConsumer<>(
                Map.of(
                    "bootstrap.servers",
                    CaptureStack.bootstrapServers(),
                    "isolation.level",
                    "read_committed"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
      consumer.assign(List.of(new TopicPartition(topic, 0)));
      Map<Long, Long> before = processorTimes();
      connector
          .with("start.position", "earliest")
          .with("producer.override.compression.type", "lz4")
          .with("producer.override.batch.size", "524288")
          .start();
      consumer.seekToBeginning(consumer.assignment());
      long begin = 0;
      long seen = 0;
      // One start marker before the entries.
      while (seen < BACKLOG + 1) {
        ConsumerRecords<byte[], byte[]> records = consumer.poll(Duration.ofMillis(100));
        if (begin == 0 && !records.isEmpty()) {
          begin = System.nanoTime();
        }
        seen += records.count();
      }
      double seconds = (System.nanoTime() - begin) / 1e9;
      System.out.printf("%d entries in %.2f s: %.0f/s%n", BACKLOG, seconds, BACKLOG / seconds);
      printProcessorTime(before);
      assertThat(seconds).isPositive();
    }
  }

  private static Map<Long, Long> processorTimes() {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    Map<Long, Long> times = new HashMap<>();
    for (long id : threads.getAllThreadIds()) {
      times.put(id, threads.getThreadCpuTime(id));
    }
    return times;
  }

  /** What each thread cost meanwhile, the servers' beside the connector's. */
  private static void printProcessorTime(Map<Long, Long> before) {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    processorTimes()
        .forEach(
            (id, nanos) -> {
              ThreadInfo thread = threads.getThreadInfo(id);
              double micros = (nanos - before.getOrDefault(id, 0L)) / 1e3 / BACKLOG;
              if (thread != null && micros >= SHOWN_MICROS) {
                System.out.printf(
                    "  %6.2f us of processor time per entry on %s%n",
                    micros, thread.getThreadName());
              }
            });
  }
}
