package dev.tidemark.benchmarks.archive;

import dev.tidemark.cli.Tidemark;
import dev.tidemark.embedded.process.ChildJvm;
import dev.tidemark.embedded.stack.EmbeddedStack;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The archiver in a JVM of its own with a heap of 256 MiB, and what it uses. */
final class ArchiverProcess implements AutoCloseable {

  /** Further options of the JVM: another collector, a profiler. */
  private static final List<String> MORE_OPTIONS =
      Stream.of(System.getenv().getOrDefault("ARCHIVER_OPTS", "").split(" "))
          .filter(option -> !option.isEmpty())
          .toList();

  private static final Pattern FULL_COLLECTION = Pattern.compile("Pause Full .*->(\\d+)M\\(");

  // Fields of /proc/<pid>/task/<tid>/stat behind the name; a tick is a hundredth of a second.
  private static final int USER_TICKS = 11;
  private static final int SYSTEM_TICKS = 12;
  private static final double TICKS_PER_SECOND = 100;

  private final ChildJvm child;
  private final Path collections;

  private ArchiverProcess(ChildJvm child, Path collections) {
    this.child = child;
    this.collections = collections;
  }

  static ArchiverProcess start(EmbeddedStack stack, Path directory) throws IOException {
    Path collections = directory.resolve("collections.log");
    Path file = Files.write(directory.resolve("archiver.properties"), settings(stack, directory));
    ChildJvm child =
        ChildJvm.start(
            "archiver",
            Stream.concat(
                    Stream.of(
                        "-Xmx256m",
                        "-Xlog:gc:file=" + collections,
                        // Their processor time goes with threads that end.
                        "-XX:-UseDynamicNumberOfCompilerThreads"),
                    MORE_OPTIONS.stream())
                .toList(),
            ChildJvm.ownClassPath(),
            Tidemark.class.getName(),
            List.of("archiver", "--config", file.toString()),
            directory.resolve("archiver.log"));
    return new ArchiverProcess(child, collections);
  }

  private static List<String> settings(EmbeddedStack stack, Path directory) {
    return List.of(
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
  }

  /**
   * Fails if it has ended, so that nobody waits for it.
   *
   * @throws IllegalStateException with the last it printed
   */
  void requireAlive() {
    if (!child.isAlive()) {
      throw new IllegalStateException("the archiver has ended: " + child.lastWords());
    }
  }

  /** Processor time so far, in seconds; Linux only. */
  CpuTime cpuTime() throws IOException {
    double all = child.cpuTime().toMillis() / 1e3;
    double compiling = 0;
    try (Stream<Path> threads = Files.list(Path.of("/proc/" + child.pid() + "/task"))) {
      for (Path thread : threads.toList()) {
        compiling += compilingSeconds(thread);
      }
    }
    return new CpuTime(all, compiling);
  }

  /**
   * Processor time.
   *
   * @param all of all threads
   * @param compiling of those that compile
   */
  record CpuTime(double all, double compiling) {}

  private static double compilingSeconds(Path thread) throws IOException {
    try {
      String stat = Files.readString(thread.resolve("stat"));
      String name = stat.substring(stat.indexOf('(') + 1, stat.lastIndexOf(')'));
      if (!name.matches("C[12] Compiler.*")) {
        return 0;
      }
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
      return (Long.parseLong(fields[USER_TICKS]) + Long.parseLong(fields[SYSTEM_TICKS]))
          / TICKS_PER_SECOND;
    } catch (NoSuchFileException e) {
      // It ended meanwhile, hence was none of the compiler's.
      return 0;
    }
  }

  /** Collects the heap's garbage and tells what is left, in MiB. */
  int liveHeapMebibytes() throws IOException, InterruptedException {
    List<Integer> before = fullCollections();
    // A collection is left out while native code has an array of the heap in its hands.
    while (fullCollections().size() == before.size()) {
      collect();
    }
    List<Integer> after = fullCollections();
    return after.get(after.size() - 1);
  }

  private void collect() throws IOException, InterruptedException {
    Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
    int code =
        new ProcessBuilder(jcmd.toString(), Long.toString(child.pid()), "GC.run")
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start()
            .waitFor();
    if (code != 0) {
      throw new IllegalStateException("jcmd ended with " + code);
    }
  }

  /** What every full collection left, in MiB. */
  private List<Integer> fullCollections() throws IOException {
    return Files.readAllLines(collections).stream()
        .map(FULL_COLLECTION::matcher)
        .filter(Matcher::find)
        .map(full -> Integer.parseInt(full.group(1)))
        .toList();
  }

  /** The most memory it had; Linux only. */
  long residentMebibytes() throws IOException {
    return Files.readAllLines(Path.of("/proc/" + child.pid() + "/status")).stream()
        .filter(line -> line.startsWith("VmHWM:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1_024)
        .findFirst()
        .orElse(-1);
  }

  @Override
  public void close() {
    child.close();
  }
}
