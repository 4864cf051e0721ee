package dev.tidemark.benchmarks.capture;

import dev.tidemark.embedded.connect.ConnectRest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** One connector from its creation to its deletion. */
final class Measurement {

  private static final Duration START = Duration.ofSeconds(90);
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Stack stack;
  private final Source source;
  private final Candidate candidate;
  private final Settings settings;
  private final byte[] namespace;

  Measurement(Stack stack, Source source, Candidate candidate, Settings settings) {
    this.stack = stack;
    this.source = source;
    this.candidate = candidate;
    this.settings = settings;
    this.namespace =
        (Candidate.DATABASE + "." + candidate.collection()).getBytes(StandardCharsets.UTF_8);
  }

  Figures run() throws InterruptedException, ExecutionException {
    stack.createTopic(candidate.topic());
    ConnectRest connect = stack.connect();
    String name = candidate.name();
    // There before the connector is, so that a first record can tell that it runs.
    connect.putConnector(name, candidate.config());
    connect.awaitRunning(name, 1, START);
    try {
      int first = warmUp();
      List<Backlogs.Round> inserts = new ArrayList<>();
      List<Backlogs.Round> updates = new ArrayList<>();
      for (int round = 0; round < settings.rounds(); round++) {
        int from = first + round * settings.backlog();
        int to = from + settings.backlog();
        inserts.add(backlog(() -> source.insert(candidate, from, to)));
        updates.add(backlog(() -> source.update(candidate, from, to)));
      }
      Latency latency = latency();
      return new Figures(
          name, new Backlogs(inserts), new Backlogs(updates), latency.p50(), latency.p99());
    } finally {
      connect.deleteConnector(name);
    }
  }

  /** Writes what warms everything up; returns the number of documents. */
  private int warmUp() {
    try (CommittedRecords records = open()) {
      // A task that counts as running may not listen yet.
      for (int probe = 0; !records.any(this::isProbe); probe++) {
        source.insertOne(candidate, PacedWriters.text(probe));
      }
      source.insert(candidate, 0, settings.warmUp());
      records.read(settings.warmUp(), record -> isOurs(record) && !isProbe(record));
    }
    return settings.warmUp();
  }

  private boolean isProbe(ConsumerRecord<byte[], byte[]> record) {
    return PacedWriters.numberIn(record.value()) >= 0;
  }

  private Backlogs.Round backlog(Runnable writes) {
    ConnectRest connect = stack.connect();
    connect.stopConnector(candidate.name(), START);
    writes.run();
    try (CommittedRecords records = open()) {
      double worker = stack.workerSeconds();
      double broker = stack.brokerSeconds();
      connect.resumeConnector(candidate.name());
      double seconds = records.read(settings.backlog(), this::isOurs);
      return new Backlogs.Round(
          settings.backlog() / seconds,
          (stack.workerSeconds() - worker) / settings.backlog() * 1e6,
          (stack.brokerSeconds() - broker) / settings.backlog() * 1e6);
    }
  }

  private Latency latency() throws InterruptedException, ExecutionException {
    int writes = (int) (settings.rate() * settings.seconds());
    long[] seen = new long[writes];
    try (CommittedRecords records = open()) {
      Future<long[]> writers = new PacedWriters(source, candidate, writes, settings.rate()).start();
      records.read(
          writes,
          record -> {
            int number = PacedWriters.numberIn(record.value());
            if (number >= 0) {
              seen[number] = System.nanoTime();
            }
            return number >= 0;
          });
      long[] acknowledged = writers.get();
      // The first seconds warm up what only single writes use.
      int warm = (int) Math.min(writes / 3, settings.rate() * 3);
      return Latency.of(
          Arrays.copyOfRange(acknowledged, warm, writes), Arrays.copyOfRange(seen, warm, writes));
    }
  }

  private CommittedRecords open() {
    return new CommittedRecords(stack, candidate.topic(), PATIENCE);
  }

  /** Events of this project carry their namespace as key; peers have topics of their own. */
  private boolean isOurs(ConsumerRecord<byte[], byte[]> record) {
    return !candidate.name().equals("tidemark") || Arrays.equals(record.key(), namespace);
  }
}
