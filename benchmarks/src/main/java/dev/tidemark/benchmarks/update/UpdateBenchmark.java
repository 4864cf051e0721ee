package dev.tidemark.benchmarks.update;

import dev.tidemark.oplog.bson.BsonSlice;
import dev.tidemark.oplog.entry.OplogEntry;
import dev.tidemark.oplog.key.DocumentKey;
import dev.tidemark.oplog.update.ModifierOrder;
import dev.tidemark.oplog.update.UpdateApplier;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/**
 * What one core does with entries of each kind, from raw bytes to the document afterwards: reads
 * the entry, makes the document's key, applies the change. Entries a second.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class UpdateBenchmark {

  /** About how many bytes the stored documents have. */
  @Param({"300", "4096"})
  public int documentBytes;

  private final UpdateApplier applier = new UpdateApplier(ModifierOrder.NUMERIC);
  private BsonSlice document;
  private byte[] insert;
  private byte[] replacement;
  private byte[] modifiers;
  private byte[] delta;

  @Setup
  public void prepare() {
    SampleEntries entries = new SampleEntries(documentBytes);
    document = entries.document();
    insert = entries.insert();
    replacement = entries.replacement();
    modifiers = entries.modifiers();
    delta = entries.delta();
  }

  @Benchmark
  public void insert(Blackhole results) {
    OplogEntry entry = OplogEntry.read(insert);
    results.consume(DocumentKey.ofDocument(entry.o()));
    results.consume(entry.o());
  }

  @Benchmark
  public void replacement(Blackhole results) {
    update(replacement, results);
  }

  @Benchmark
  public void modifiers(Blackhole results) {
    update(modifiers, results);
  }

  @Benchmark
  public void delta(Blackhole results) {
    update(delta, results);
  }

  private void update(byte[] bytes, Blackhole results) {
    OplogEntry entry = OplogEntry.read(bytes);
    results.consume(DocumentKey.ofDocument(entry.o2()));
    results.consume(applier.apply(document, entry));
  }
}
