package dev.tidemark.benchmarks.archive;

import dev.tidemark.embedded.stack.EmbeddedStack;
import dev.tidemark.schemas.event.OplogEvent;
import dev.tidemark.schemas.registry.RegistryConfig;
import dev.tidemark.schemas.registry.SchemaRegistryClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * The archiver as a process with a heap of 256 MiB: works off a backlog, and then keeps up with a
 * steady rate. What is archived is told by the group {@code -durable}, as an operator sees it.
 *
 * <p>Arguments: bytes of an entry (300), megabytes of entries (3,000), replica sets (1), seconds of
 * the steady load (60; 0 leaves it out).
 */
public final class ArchiverBenchmark {

  private static final String TOPIC = "oplog-backup";
  private static final long POLL_MS = 50;
  private static final long BEAT_NANOS = 1_000_000_000L;

  /** Shares of the backlog, in percent: until then the JVM compiles, and where work ends. */
  private static final int WARM_FROM = 60;

  // The newest segment of each set stays open until its window is over; that is no work.
  private static final int WARM_TO = 90;

  private final EmbeddedStack stack;
  private final Path directory;
  private final List<SetFeed> feeds;
  private final KafkaProducer<String, byte[]> producer;
  private final DurableOffsets durable;

  private ArchiverBenchmark(
      EmbeddedStack stack,
      Path directory,
      List<SetFeed> feeds,
      KafkaProducer<String, byte[]> producer,
      DurableOffsets durable) {
    this.stack = stack;
    this.directory = directory;
    this.feeds = feeds;
    this.producer = producer;
    this.durable = durable;
  }

  public static void main(String[] args) throws Exception {
    int entryBytes = argument(args, 0, 300);
    long bytes = argument(args, 1, 3_000) * 1_000_000L;
    int sets = argument(args, 2, 1);
    int seconds = argument(args, 3, 60);
    Path directory = Files.createTempDirectory("archiver-benchmark");
    try (EmbeddedStack stack = EmbeddedStack.in(directory).kafka().registry().s3("bench").start();
        SchemaRegistryClient registry =
            new SchemaRegistryClient(
                new RegistryConfig(Map.of(RegistryConfig.URL_CONFIG, stack.registry().url())));
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
      int schemaId = registry.idOf(TOPIC + "-value", OplogEvent.getClassSchema());
      List<byte[]> entries = SetFeed.entries(entryBytes);
      List<SetFeed> feeds =
          IntStream.range(0, sets)
              .mapToObj(set -> new SetFeed(producer, TOPIC, set, schemaId, entries))
              .toList();
      new ArchiverBenchmark(
              stack, directory, feeds, producer, new DurableOffsets(admin, TOPIC, sets))
          .run(bytes, seconds);
    } finally {
      delete(directory);
    }
  }

  private static int argument(String[] args, int index, int otherwise) {
    return args.length > index ? Integer.parseInt(args[index]) : otherwise;
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted((a, b) -> b.compareTo(a)).toList()) {
        Files.delete(file);
      }
    }
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
    long end = sum(durable.ends());
    double megabytesPerOffset = published / 1e6 / end;
    try (ArchiverProcess archiver = ArchiverProcess.start(stack, directory)) {
      // The JVM's and the application's start are not of interest.
      Progress start = progress(archiver, awaitDurable(archiver, 1));
      Progress warm = progress(archiver, awaitDurable(archiver, end * WARM_FROM / 100));
      int liveWarm = archiver.liveHeapMebibytes();
      Progress last = progress(archiver, awaitDurable(archiver, end * WARM_TO / 100));
      print("cold, with the JVM still compiling", start, warm, megabytesPerOffset);
      print("warm", warm, last, megabytesPerOffset);
      int liveLast = archiver.liveHeapMebibytes();
      awaitDurable(archiver, end);
      System.out.printf(
          Locale.ROOT,
          "compressed to 1/%.2f; of a heap of 256 MiB %d MiB live in the middle of the backlog, %d at"
              + " its end; at most %d MiB resident%n",
          published / (double) storedBytes(),
          liveWarm,
          liveLast,
          archiver.residentMebibytes());
      if (seconds > 0) {
        SteadyLoad load = new SteadyLoad(feeds, durable);
        load.run(seconds);
        System.out.println(load.result());
        System.out.printf(
            Locale.ROOT,
            "then %d MiB live, at most %d MiB resident%n",
            archiver.liveHeapMebibytes(),
            archiver.residentMebibytes());
      }
    }
  }

  /** How far the archive was at a time, and what that had cost. */
  private record Progress(long archived, double seconds, ArchiverProcess.CpuTime cpu) {}

  private static Progress progress(ArchiverProcess archiver, long archived) throws IOException {
    return new Progress(archived, System.nanoTime() / 1e9, archiver.cpuTime());
  }

  private void print(String what, Progress from, Progress to, double megabytesPerOffset) {
    double megabytes = megabytesPerOffset * (to.archived - from.archived);
    double took = to.seconds - from.seconds;
    double cpu = to.cpu.all() - from.cpu.all();
    double compiling = to.cpu.compiling() - from.cpu.compiling();
    System.out.printf(
        Locale.ROOT,
        "backlog of %d sets, %s: %.0f MB of entries in %.1f s: %.0f MB/s, %.0f MB for each second of"
            + " a core (%.0f without the JIT compiler, which had %.0f %%)%n",
        feeds.size(),
        what,
        megabytes,
        took,
        megabytes / took,
        megabytes / cpu,
        megabytes / (cpu - compiling),
        100 * compiling / cpu);
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

  /** Heartbeats go on meanwhile: they end the newest segment when its window is over. */
  private long awaitDurable(ArchiverProcess archiver, long offsets) throws Exception {
    long nextBeat = System.nanoTime();
    while (true) {
      long archived = sum(durable.now());
      if (archived >= offsets) {
        return archived;
      }
      archiver.requireAlive();
      if (System.nanoTime() >= nextBeat) {
        feeds.forEach(SetFeed::heartbeat);
        nextBeat = System.nanoTime() + BEAT_NANOS;
      }
      Thread.sleep(POLL_MS);
    }
  }

  private static long sum(long[] offsets) {
    return Arrays.stream(offsets).sum();
  }
}
