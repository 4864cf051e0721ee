package dev.tidemark.benchmarks.archive;

import dev.tidemark.cli.Tidemark;
import dev.tidemark.embedded.process.ChildJvm;
import dev.tidemark.embedded.stack.EmbeddedStack;
import dev.tidemark.schemas.event.OplogEvent;
import dev.tidemark.schemas.registry.RegistryConfig;
import dev.tidemark.schemas.registry.SchemaRegistryClient;
import dev.tidemark.schemas.serde.AvroSerializer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * The archiver as a process with a heap of 256 MiB: works off a backlog, and then keeps up with a
 * steady rate. What is archived is told by the group {@code -durable}, as an operator sees it.
 *
 * <p>Arguments: bytes of an entry (300), megabytes of entries (600), replica sets (1), seconds of
 * the steady load (40).
 */
public final class ArchiverBenchmark {

  private static final String TOPIC = "oplog-backup";
  private static final int RATE = 2_000;
  private static final int SLICE_MS = 10;
  private static final Duration POLL = Duration.ofMillis(50);
  private static final String HEAP = "-Xmx256m";

  /** For a profiler, for example. */
  private static final List<String> MORE_OPTIONS =
      Stream.of(System.getenv().getOrDefault("ARCHIVER_OPTS", "").split(" "))
          .filter(option -> !option.isEmpty())
          .toList();

  private final EmbeddedStack stack;
  private final Path directory;
  private final List<SetFeed> feeds;
  private final KafkaProducer<String, byte[]> producer;
  private final Admin admin;

  private ArchiverBenchmark(
      EmbeddedStack stack,
      Path directory,
      List<SetFeed> feeds,
      KafkaProducer<String, byte[]> producer,
      Admin admin) {
    this.stack = stack;
    this.directory = directory;
    this.feeds = feeds;
    this.producer = producer;
    this.admin = admin;
  }

  public static void main(String[] args) throws Exception {
    int entryBytes = argument(args, 0, 300);
    long bytes = argument(args, 1, 600) * 1_000_000L;
    int sets = argument(args, 2, 1);
    int seconds = argument(args, 3, 40);
    Path directory = Files.createTempDirectory("archiver-benchmark");
    try (EmbeddedStack stack = EmbeddedStack.in(directory).kafka().registry().s3("bench").start();
        SchemaRegistryClient registry =
            new SchemaRegistryClient(
                new RegistryConfig(Map.of(RegistryConfig.URL_CONFIG, stack.registry().url())));
        AvroSerializer<OplogEvent> serializer = new AvroSerializer<>(registry);
        KafkaProducer<String, byte[]> producer =
            new KafkaProducer<>(
                Map.of(
                    "bootstrap.servers",
                    stack.kafka().bootstrapServers(),
                    "linger.ms",
                    5,
                    "batch.size",
                    1 << 20,
                    "compression.type",
                    "lz4"),
                new StringSerializer(),
                new ByteArraySerializer());
        Admin admin = Admin.create(Map.of("bootstrap.servers", stack.kafka().bootstrapServers()))) {
      admin
          .createTopics(
              List.of(
                  new NewTopic(TOPIC, sets, (short) 1),
                  new NewTopic("oplog-segments", 1, (short) 1)
                      .configs(Map.of("cleanup.policy", "compact"))))
          .all()
          .get();
      List<SetFeed> feeds =
          IntStream.range(0, sets)
              .mapToObj(set -> new SetFeed(producer, serializer, TOPIC, set, entryBytes))
              .toList();
      new ArchiverBenchmark(stack, directory, feeds, producer, admin).run(bytes, seconds);
    }
  }

  private static int argument(String[] args, int index, int otherwise) {
    return args.length > index ? Integer.parseInt(args[index]) : otherwise;
  }

  private void run(long bytes, int seconds) throws Exception {
    feeds.forEach(SetFeed::start);
    long published = 0;
    while (published < bytes) {
      for (SetFeed feed : feeds) {
        published += feed.entry();
      }
    }
    feeds.forEach(SetFeed::heartbeat);
    producer.flush();
    long end = sum(ends());
    try (ChildJvm archiver = archiver()) {
      // The JVM's and the application's start are not of interest.
      Progress start = progress(archiver, awaitDurable(1));
      Progress half = progress(archiver, awaitDurable(end / 2));
      // The newest segment of each set stays open until its window is over; that is no work.
      Progress most = progress(archiver, awaitDurable(end * 9 / 10));
      double megabytesPerOffset = published / 1e6 / end;
      print("cold, with the JVM still compiling", start, half, megabytesPerOffset);
      print("warm", half, most, megabytesPerOffset);
      System.out.printf(
          Locale.ROOT,
          "heap of 256 MiB, at most %d MiB resident; compressed to 1/%.1f%n",
          residentMebibytes(archiver),
          published / (double) storedBytes());
      awaitDurable(end);
      steady(seconds);
    }
  }

  /** How far the archive was at a time, and what that had cost. */
  private record Progress(long archived, double seconds, double cpuSeconds) {}

  private static Progress progress(ChildJvm archiver, long archived) {
    return new Progress(archived, System.nanoTime() / 1e9, cpuSeconds(archiver));
  }

  private void print(String what, Progress from, Progress to, double megabytesPerOffset) {
    double megabytes = megabytesPerOffset * (to.archived - from.archived);
    double took = to.seconds - from.seconds;
    System.out.printf(
        Locale.ROOT,
        "backlog of %d sets, %s: %.0f MB of entries in %.1f s: %.0f MB/s, %.0f MB for each second of"
            + " a core%n",
        feeds.size(),
        what,
        megabytes,
        took,
        megabytes / took,
        megabytes / (to.cpuSeconds - from.cpuSeconds));
  }

  /** Bytes of the segments in the store. */
  private long storedBytes() throws IOException {
    try (Stream<Path> files = Files.walk(stack.s3().directoryOf("bench"))) {
      return files
          .filter(file -> file.toString().contains("/oplog/") && Files.isRegularFile(file))
          .mapToLong(file -> file.toFile().length())
          .sum();
    }
  }

  private ChildJvm archiver() throws IOException {
    List<String> settings =
        List.of(
            "bootstrap.servers=" + stack.kafka().bootstrapServers(),
            "schema.registry.url=" + stack.registry().url(),
            "application.id=bench",
            "cluster=bench",
            "state.dir=" + directory.resolve("state"),
            "archive.url=s3://bench",
            "archive.s3.endpoint=" + stack.s3().endpoint(),
            "archive.s3.region=" + stack.s3().region(),
            "archive.s3.path.style=true",
            "archive.s3.access.key.id=" + stack.s3().accessKeyId(),
            "archive.s3.secret.access.key=" + stack.s3().secretAccessKey());
    Path file = Files.write(directory.resolve("archiver.properties"), settings);
    return ChildJvm.start(
        "archiver",
        Stream.concat(Stream.of(HEAP), MORE_OPTIONS.stream()).toList(),
        Arrays.stream(System.getProperty("java.class.path").split(":")).map(Path::of).toList(),
        Tidemark.class.getName(),
        List.of("archiver", "--config", file.toString()),
        directory.resolve("archiver.log"));
  }

  /** Publishes at a steady rate and sees when each entry is archived. */
  private void steady(int seconds) throws Exception {
    long began = sum(ends());
    List<Long> sent = new ArrayList<>();
    List<Double> delays = new ArrayList<>();
    long start = System.nanoTime();
    long nextLook = start;
    long nextBeat = start;
    while (delays.size() < (long) seconds * RATE) {
      long now = System.nanoTime();
      long due = Math.min((long) seconds * RATE, (now - start) / 1_000_000 * RATE / 1_000);
      while (sent.size() < due) {
        feeds.get(0).entry();
        sent.add(now);
      }
      if (now >= nextBeat) {
        feeds.get(0).heartbeat();
        sent.add(now);
        nextBeat = now + 1_000_000_000L;
      }
      if (now >= nextLook) {
        long archived = Math.min(sent.size(), sum(durable()) - began);
        while (delays.size() < archived) {
          delays.add((now - sent.get(delays.size())) / 1e9);
        }
        nextLook = now + POLL.toNanos();
      }
      Thread.sleep(SLICE_MS);
    }
    double[] sorted = delays.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    System.out.printf(
        Locale.ROOT,
        "steady %,d entries/s, window of 15 s: archived after p50 %.1f s, p99 %.1f s, at most %.1f"
            + " s%n",
        RATE,
        sorted[sorted.length / 2],
        sorted[sorted.length * 99 / 100],
        sorted[sorted.length - 1]);
  }

  /** Heartbeats go on meanwhile: they end the newest segment when its window is over. */
  private long awaitDurable(long offsets) throws Exception {
    long nextBeat = System.nanoTime();
    while (true) {
      long durable = sum(durable());
      if (durable >= offsets) {
        return durable;
      }
      if (System.nanoTime() >= nextBeat) {
        feeds.forEach(SetFeed::heartbeat);
        nextBeat = System.nanoTime() + 1_000_000_000L;
      }
      Thread.sleep(POLL.toMillis());
    }
  }

  private Map<TopicPartition, Long> durable() throws InterruptedException, ExecutionException {
    Map<TopicPartition, OffsetAndMetadata> committed =
        admin.listConsumerGroupOffsets("bench-durable").partitionsToOffsetAndMetadata().get();
    Map<TopicPartition, Long> offsets = new HashMap<>();
    committed.forEach((partition, offset) -> offsets.put(partition, offset.offset()));
    return offsets;
  }

  private Map<TopicPartition, Long> ends() throws InterruptedException, ExecutionException {
    producer.flush();
    Map<TopicPartition, OffsetSpec> wanted = new HashMap<>();
    for (int set = 0; set < feeds.size(); set++) {
      wanted.put(new TopicPartition(TOPIC, set), OffsetSpec.latest());
    }
    Map<TopicPartition, Long> offsets = new HashMap<>();
    admin
        .listOffsets(wanted)
        .all()
        .get()
        .forEach((partition, found) -> offsets.put(partition, found.offset()));
    return offsets;
  }

  private static long sum(Map<TopicPartition, Long> offsets) {
    return offsets.values().stream().mapToLong(Long::longValue).sum();
  }

  private static double cpuSeconds(ChildJvm child) {
    return ProcessHandle.of(child.pid())
        .flatMap(process -> process.info().totalCpuDuration())
        .map(used -> used.toMillis() / 1e3)
        .orElse(Double.NaN);
  }

  /** Linux only. */
  private static long residentMebibytes(ChildJvm child) throws IOException {
    return Files.readAllLines(Path.of("/proc/" + child.pid() + "/status")).stream()
        .filter(line -> line.startsWith("VmHWM:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1_024)
        .findFirst()
        .orElse(-1);
  }
}
