package dev.tidemark.archive.segment;

import dev.tidemark.schemas.archive.NamespaceCounts;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Counts entries by namespace and kind. What is handed on is bounded: the busiest namespaces by
 * name, the rest as one sum. Not thread-safe.
 */
public final class NamespaceTally {

  /** How many namespaces an index entry names. */
  public static final int MAX_NAMESPACES = 1_000;

  /** The name of the sum over the namespaces that are not named. */
  public static final String OTHERS = "";

  private static final int INSERTS = 0;
  private static final int UPDATES = 1;
  private static final int DELETES = 2;
  private static final int COMMANDS = 3;
  private static final int NOOPS = 4;
  private static final int KINDS = 5;

  private final Map<String, long[]> counts = new HashMap<>();
  private String latestNamespace;
  private long[] latestCounts;

  /** Adds an entry. */
  public void add(String namespace, String op) {
    // Entries of one namespace often follow each other.
    if (!namespace.equals(latestNamespace)) {
      latestNamespace = namespace;
      latestCounts = counts.computeIfAbsent(namespace, n -> new long[KINDS]);
    }
    latestCounts[kind(op)]++;
  }

  /** Adds what another tally counted. */
  public void add(NamespaceCounts other) {
    long[] mine = counts.computeIfAbsent(other.getNs(), n -> new long[KINDS]);
    mine[INSERTS] += other.getInserts();
    mine[UPDATES] += other.getUpdates();
    mine[DELETES] += other.getDeletes();
    mine[COMMANDS] += other.getCommands();
    mine[NOOPS] += other.getNoops();
  }

  private static int kind(String op) {
    return switch (op) {
      case "i" -> INSERTS;
      case "u" -> UPDATES;
      case "d" -> DELETES;
      case "n" -> NOOPS;
      // Kinds of later servers are commands to us: something that is none of the others.
      default -> COMMANDS;
    };
  }

  /**
   * The result.
   *
   * @param named the busiest namespaces, by name
   * @param others the sum over all the others, or null if there are none
   */
  public record Counts(List<NamespaceCounts> named, NamespaceCounts others) {}

  /** What was counted so far. */
  public Counts counts() {
    List<Map.Entry<String, long[]>> all = new ArrayList<>(counts.entrySet());
    all.sort(
        Comparator.comparingLong((Map.Entry<String, long[]> e) -> sum(e.getValue()))
            .reversed()
            .thenComparing(Map.Entry::getKey));
    List<NamespaceCounts> named =
        all.stream()
            .limit(MAX_NAMESPACES)
            .sorted(Map.Entry.comparingByKey())
            .map(e -> toCounts(e.getKey(), e.getValue()))
            .toList();
    long[] rest = new long[KINDS];
    for (Map.Entry<String, long[]> entry : all.subList(named.size(), all.size())) {
      for (int kind = 0; kind < KINDS; kind++) {
        rest[kind] += entry.getValue()[kind];
      }
    }
    return new Counts(named, sum(rest) == 0 ? null : toCounts(OTHERS, rest));
  }

  private static long sum(long[] kinds) {
    long sum = 0;
    for (long count : kinds) {
      sum += count;
    }
    return sum;
  }

  private static NamespaceCounts toCounts(String namespace, long[] kinds) {
    return NamespaceCounts.newBuilder()
        .setNs(namespace)
        .setInserts(kinds[INSERTS])
        .setUpdates(kinds[UPDATES])
        .setDeletes(kinds[DELETES])
        .setCommands(kinds[COMMANDS])
        .setNoops(kinds[NOOPS])
        .build();
  }
}
