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
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
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

  private static final Pattern OURS =
      Pattern.compile("^task-thread|^tidemark-tailer|connector-producer");

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
      printProcessorTime();
      assertThat(seconds).isPositive();
    }
  }

  /** What each thread of the connector cost, which other load on the machine does not blur. */
  private static void printProcessorTime() {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    for (ThreadInfo thread : threads.getThreadInfo(threads.getAllThreadIds())) {
      if (thread != null && OURS.matcher(thread.getThreadName()).find()) {
        double micros = threads.getThreadCpuTime(thread.getThreadId()) / 1e3;
        System.out.printf(
            "  %6.2f us of processor time per entry on %s%n",
            micros / BACKLOG, thread.getThreadName());
      }
    }
  }
}
