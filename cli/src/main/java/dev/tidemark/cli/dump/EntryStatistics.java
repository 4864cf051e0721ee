package dev.tidemark.cli.dump;

import dev.tidemark.oplog.entry.OplogEntry;
import dev.tidemark.oplog.optime.Optime;
import dev.tidemark.oplog.txn.ApplyWindow;
import dev.tidemark.oplog.txn.OpenTransaction;
import dev.tidemark.oplog.txn.TransactionAssembler;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Counts oplog entries. Not thread-safe. */
final class EntryStatistics {

  /** A window in which nothing takes effect: only what is open is of interest. */
  private final TransactionAssembler transactions =
      new TransactionAssembler(ApplyWindow.ofReplicaSet(Optime.MAX, Optime.MAX));

  private final SortedMap<String, SortedMap<String, Long>> entriesByNamespace = new TreeMap<>();
  private final SortedMap<String, SortedMap<String, Long>> innerByNamespace = new TreeMap<>();
  private final SortedMap<String, Long> entriesByKind = new TreeMap<>();
  private long entries;
  private long bytes;
  private Optime first;
  private Optime last;

  void add(OplogEntry entry) {
    entries++;
    bytes += entry.raw().length();
    if (first == null) {
      first = entry.optime();
    }
    last = entry.optime();
    entriesByKind.merge(entry.op(), 1L, Long::sum);
    count(entriesByNamespace, entry);
    addInner(entry);
    transactions.accept(entry, (operation, effective) -> {});
  }

  private void addInner(OplogEntry entry) {
    for (OplogEntry inner : InnerOperations.of(entry)) {
      count(innerByNamespace, inner);
      addInner(inner);
    }
  }

  private static void count(SortedMap<String, SortedMap<String, Long>> counts, OplogEntry entry) {
    counts
        .computeIfAbsent(entry.namespace(), namespace -> new TreeMap<>())
        .merge(entry.op(), 1L, Long::sum);
  }

  /** For people. */
  List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add(String.format(Locale.ROOT, "entries            %,d (%,d bytes)", entries, bytes));
    if (entries > 0) {
      lines.add("first optime       " + first);
      lines.add("last optime        " + last);
    }
    lines.add("by kind            " + counts(entriesByKind));
    lines.add("by namespace");
    entriesByNamespace.forEach(
        (namespace, counts) -> lines.add("  " + label(namespace) + "  " + counts(counts)));
    if (!innerByNamespace.isEmpty()) {
      lines.add("inside applyOps");
      innerByNamespace.forEach(
          (namespace, counts) -> lines.add("  " + label(namespace) + "  " + counts(counts)));
    }
    List<OpenTransaction> open = transactions.open();
    lines.add("open transactions  " + open.size());
    for (OpenTransaction transaction : open) {
      lines.add(
          String.format(
              Locale.ROOT,
              "  from %s to %s, %,d operations%s, %s",
              transaction.first(),
              transaction.last(),
              transaction.operations(),
              transaction.prepared() ? ", prepared" : "",
              transaction.id()));
    }
    return lines;
  }

  private static String label(String namespace) {
    return namespace.isEmpty() ? "(none)" : namespace;
  }

  private static String counts(SortedMap<String, Long> counts) {
    StringBuilder text = new StringBuilder();
    counts.forEach(
        (kind, count) -> text.append(String.format(Locale.ROOT, "%s %,d  ", kind, count)));
    return text.toString().strip();
  }

  /** For programs. */
  Map<String, Object> asMap() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("entries", entries);
    map.put("bytes", bytes);
    map.put("first", first == null ? null : first.toString());
    map.put("last", last == null ? null : last.toString());
    map.put("kinds", entriesByKind);
    map.put("namespaces", entriesByNamespace);
    map.put("insideApplyOps", innerByNamespace);
    map.put(
        "openTransactions",
        transactions.open().stream()
            .map(
                transaction ->
                    Map.of(
                        "first", transaction.first().toString(),
                        "last", transaction.last().toString(),
                        "operations", transaction.operations(),
                        "prepared", transaction.prepared(),
                        "id", transaction.id().toString()))
            .toList());
    return map;
  }
}
