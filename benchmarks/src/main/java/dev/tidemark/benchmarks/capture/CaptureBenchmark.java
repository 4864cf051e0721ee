package dev.tidemark.benchmarks.capture;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;

/**
 * Backlogs and latency of this project's connector and of its peers, one after the other on the
 * same source, broker and worker; run by {@code benchmarks/capture}.
 *
 * <p>Arguments: the directory of the packaged plugin, the directory of the peers' plugins, and the
 * names of the connectors to measure (all if there are none). The source is the replica set in
 * {@code TIDEMARK_TEST_MONGODB_URI}, whose database {@code bench} is dropped, or the simulator.
 */
public final class CaptureBenchmark {

  private CaptureBenchmark() {}

  public static void main(String[] args)
      throws IOException, InterruptedException, ExecutionException {
    Path plugin = Path.of(args[0]).toAbsolutePath();
    List<Path> plugins = List.of(plugin, Path.of(args[1]).toAbsolutePath());
    List<String> wanted = List.of(args).subList(2, args.length);
    Path directory = Files.createTempDirectory("tidemark-capture-");
    List<Figures> all = new ArrayList<>();
    try (Source source = Source.open(System.getenv("TIDEMARK_TEST_MONGODB_URI"), directory);
        Stack stack = new Stack(directory, plugins)) {
      for (Candidate candidate : candidates(connectorJson(plugin), source, stack, wanted)) {
        Figures figures = new Measurement(stack, source, candidate, Settings.ofProperties()).run();
        all.add(figures);
        print(figures);
      }
      printRatios(all);
      System.out.println(new ObjectMapper().writeValueAsString(all));
    } finally {
      delete(directory);
    }
    System.exit(0);
  }

  /** In the order they are named in: the first one pays for the start of the JVM. */
  private static List<Candidate> candidates(
      Path connectorJson, Source source, Stack stack, List<String> wanted) {
    Map<String, Candidate> known = new LinkedHashMap<>();
    for (Candidate candidate :
        List.of(
            Candidate.mongoKafka(source),
            Candidate.debezium(source),
            Candidate.tidemark(connectorJson, source, stack))) {
      known.put(candidate.name(), candidate);
    }
    if (!known.keySet().containsAll(wanted)) {
      throw new IllegalArgumentException("unknown connector in " + wanted + ": " + known.keySet());
    }
    return wanted.isEmpty()
        ? List.copyOf(known.values())
        : wanted.stream().map(known::get).toList();
  }

  private static Path connectorJson(Path plugin) throws IOException {
    try (Stream<Path> files = Files.walk(plugin)) {
      return files
          .filter(file -> file.endsWith(Path.of("etc", "connector.json")))
          .findFirst()
          .orElseThrow(() -> new IllegalArgumentException("no plugin is below " + plugin));
    }
  }

  private static void print(Figures figures) {
    System.out.printf(
        "%-12s %s  %s  latency p50 %,.0f ms, p99 %,.0f ms%n",
        figures.connector(),
        text("inserts", figures.inserts()),
        text("updates", figures.updates()),
        figures.latencyP50Millis(),
        figures.latencyP99Millis());
  }

  private static String text(String what, Backlogs backlogs) {
    return String.format(
        "%,9.0f %s/s (processor time each: worker %.1f us, broker %.1f us)",
        backlogs.entriesPerSecond(), what, backlogs.workerMicros(), backlogs.brokerMicros());
  }

  private static void printRatios(List<Figures> all) {
    Figures last = all.get(all.size() - 1);
    for (Figures peer : all.subList(0, all.size() - 1)) {
      System.out.printf(
          "%s is %.1f times %s with inserts, %.1f times with updates%n",
          last.connector(),
          last.inserts().entriesPerSecond() / peer.inserts().entriesPerSecond(),
          peer.connector(),
          last.updates().entriesPerSecond() / peer.updates().entriesPerSecond());
    }
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
