package dev.tidemark.benchmarks.fold;

import dev.tidemark.restorer.merge.MergeListener;
import dev.tidemark.restorer.merge.MergeOptions;
import dev.tidemark.restorer.merge.MergeReport;
import dev.tidemark.restorer.merge.MergeRestore;
import dev.tidemark.restorer.merge.NamespaceSelection;
import dev.tidemark.restorer.merge.ReplayTarget;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * Folds many updates over more documents than the heap holds, and checks the result. Run it with
 * the heap in question, {@code -Xmx512m} for the default numbers.
 *
 * <p>Arguments: updates (10,000,000), documents (2,000,000), bytes of a document (300), lanes (2).
 */
public final class FoldMemory {

  private FoldMemory() {}

  public static void main(String[] args) throws IOException {
    long updates = argument(args, 0, 10_000_000);
    long documents = argument(args, 1, 2_000_000);
    int bytes = (int) argument(args, 2, 300);
    int lanes = (int) argument(args, 3, 2);
    Path temporary = Files.createTempDirectory("fold");
    SyntheticOplog oplog = new SyntheticOplog(documents, bytes, updates, SyntheticOplog.Form.DELTA);
    CountingSink sink = new CountingSink();
    MergeOptions defaults = MergeOptions.defaults(temporary);
    long begin = System.nanoTime();
    MergeReport report =
        new MergeRestore(
                oplog.base(),
                oplog,
                ReplayTarget.ofReplicaSet(oplog.last()),
                NamespaceSelection.ALL,
                new MergeOptions(lanes, defaults.memory(), temporary),
                new Phases(begin))
            .run(sink);
    double seconds = (System.nanoTime() - begin) / 1e9;
    Files.delete(temporary);
    // The last updates, one for each document, are what remains.
    long expected = 0;
    for (long n = updates - documents; n < updates; n++) {
      expected += n;
    }
    if (sink.sum() != expected || report.documents() != documents || !report.complete()) {
      throw new IllegalStateException("wrong result: " + sink.sum() + ", expected " + expected);
    }
    System.out.printf(
        Locale.ROOT,
        "%,d updates over %,d documents of %d bytes in %.1f s (%,.0f updates/s), heap %d MiB,"
            + " %s%n",
        updates,
        documents,
        bytes,
        seconds,
        updates / seconds,
        Runtime.getRuntime().maxMemory() >> 20,
        report.spilled() ? "spilled" : "in memory");
  }

  private static long argument(String[] args, int index, long otherwise) {
    return args.length > index ? Long.parseLong(args[index]) : otherwise;
  }

  /** Prints when a phase begins. */
  private record Phases(long begin) implements MergeListener {

    @Override
    public void onPhase(Phase phase) {
      System.out.printf(Locale.ROOT, "%6.1f s  %s%n", (System.nanoTime() - begin) / 1e9, phase);
    }
  }
}
