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
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * A whole merge restore in memory: reading the entries twice, loading the base, folding, writing to
 * a sink that keeps nothing. Entries a second over everything.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 2, time = 10)
@Measurement(iterations = 3, time = 10)
@Fork(value = 1, jvmArgsAppend = "-Xmx2g")
public class FoldBenchmark {

  private static final int ENTRIES = 2_000_000;
  private static final long DOCUMENTS = 200_000;

  @Param public SyntheticForm form;

  @Param({"300"})
  public int documentBytes;

  @Param({"1", "2"})
  public int lanes;

  /** The forms of entries, as a parameter. */
  public enum SyntheticForm {
    INSERT,
    REPLACEMENT,
    MODIFIERS,
    DELTA
  }

  @Benchmark
  @OperationsPerInvocation(ENTRIES)
  public MergeReport fold() throws IOException {
    Path temporary = Files.createTempDirectory("fold");
    try {
      SyntheticOplog oplog =
          new SyntheticOplog(
              DOCUMENTS, documentBytes, ENTRIES, SyntheticOplog.Form.valueOf(form.name()));
      return new MergeRestore(
              oplog.base(),
              oplog,
              ReplayTarget.ofReplicaSet(oplog.last()),
              NamespaceSelection.ALL,
              new MergeOptions(lanes, 1L << 30, temporary),
              MergeListener.NONE)
          .run(new CountingSink());
    } finally {
      Files.delete(temporary);
    }
  }
}
