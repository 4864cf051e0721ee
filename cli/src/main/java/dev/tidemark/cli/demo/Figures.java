package dev.tidemark.cli.demo;

import dev.tidemark.archive.digest.CollectionState.Content;
import dev.tidemark.archive.digest.LogicalState;
import dev.tidemark.cli.console.Console;

/** The figures at the end. */
final class Figures {

  private static final double MEGA = 1_000_000.0;

  private Figures() {}

  static long documents(LogicalState state) {
    return state.namespaces().values().stream()
        .mapToLong(s -> s.content().map(Content::count).orElse(0L))
        .sum();
  }

  static void print(Console console, DemoReport report, long entryBytes) {
    console.say("");
    console.say(
        "  capture lag   p50 %d ms, p99 %d ms over %,d entries",
        report.captureLagMillisP50(), report.captureLagMillisP99(), report.entries());
    console.say(
        "  archive       %d segments, %.2f MB for %.2f MB of entries",
        report.segments(), report.segmentBytes() / MEGA, entryBytes / MEGA);
    console.say(
        "  restored      %,d documents in %d namespaces at %s",
        report.restoredDocuments(), report.restoredNamespaces(), report.target());
    console.say("  RPO           %d ms", report.rpoMillis());
    console.say("  RTO           %d ms", report.rtoMillis());
    console.say("  elapsed       %.1f s", report.elapsedMillis() / 1000.0);
  }
}
