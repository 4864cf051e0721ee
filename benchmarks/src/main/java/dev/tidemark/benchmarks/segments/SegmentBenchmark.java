package dev.tidemark.benchmarks.segments;

import dev.tidemark.archive.chain.ChainPosition;
import dev.tidemark.archive.key.ObjectKeys;
import dev.tidemark.archive.key.ReplicaSetRef;
import dev.tidemark.archive.segment.FinishedSegment;
import dev.tidemark.archive.segment.SegmentCursor;
import dev.tidemark.archive.segment.SegmentFormat;
import dev.tidemark.archive.segment.SegmentOrigin;
import dev.tidemark.archive.segment.SegmentReader;
import dev.tidemark.archive.segment.SegmentWriter;
import dev.tidemark.archive.store.ArchiveConfig;
import dev.tidemark.archive.store.ObjectStore;
import dev.tidemark.archive.store.ObjectStores;
import dev.tidemark.archive.store.PutCondition;
import dev.tidemark.schemas.event.OplogEvent;
import dev.tidemark.schemas.event.OplogEventView;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Writes and reads segments of 32 MiB on one thread. {@code megabytesPerCoreSecond} is MB of raw
 * oplog entries; the compression ratio is printed once for each size.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(value = 1, jvmArgsAppend = "-Xmx256m")
@Warmup(iterations = 3, time = 3)
// One iteration: JMH adds results of this kind up over iterations.
@Measurement(iterations = 1, time = 15)
public class SegmentBenchmark {

  private static final int SEGMENT_BYTES = 32 * 1024 * 1024;
  private static final ReplicaSetRef SET = new ReplicaSetRef("rs0", SampleEvents.SET_ID);

  /** Size of an oplog entry. */
  @Param({"300", "4096"})
  public int entryBytes;

  private List<SampleEvents.Event> events;
  private Path directory;
  private ObjectStore store;
  private String key;

  /**
   * Megabytes of raw entries for each second that the thread really had a core, so that a busy
   * machine does not change the result.
   */
  @AuxCounters(AuxCounters.Type.EVENTS)
  @State(Scope.Thread)
  public static class Volume {

    private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    private double megabytes;
    private long startNanos;

    @Setup(Level.Iteration)
    public void start() {
      megabytes = 0;
      startNanos = threads.getCurrentThreadCpuTime();
    }

    void add(long bytes) {
      megabytes += bytes / 1e6;
    }

    /** The result. */
    public double megabytesPerCoreSecond() {
      return megabytes * 1e9 / (threads.getCurrentThreadCpuTime() - startNanos);
    }
  }

  @Setup(Level.Trial)
  public void prepare() throws IOException {
    events = SampleEvents.make(entryBytes, SEGMENT_BYTES);
    directory = Files.createTempDirectory("segment-benchmark");
    store = ObjectStores.open("file:" + directory, ArchiveConfig.ofUrl(""));
    try (FinishedSegment segment = segment()) {
      store.put(segment.key(), segment.content(), PutCondition.always());
      key = segment.key();
      System.out.printf(
          "%n%d entries, %.1f MB raw, %.1f MB stored, ratio %.2f%n",
          segment.entry().getEntryCount(),
          segment.entry().getEntryBytes() / 1e6,
          segment.entry().getObjectBytes() / 1e6,
          (double) segment.entry().getEntryBytes() / segment.entry().getObjectBytes());
    }
  }

  @TearDown(Level.Trial)
  public void remove() throws IOException {
    store.delete(key);
    store.close();
    Files.delete(directory);
  }

  private FinishedSegment segment() {
    SegmentOrigin origin =
        new SegmentOrigin(new ObjectKeys("bench"), SET, ChainPosition.NONE, null, "", 0, 0);
    try (SegmentWriter writer =
        SegmentWriter.open(
            directory.resolve(".spool"),
            origin,
            OplogEvent.getClassSchema(),
            SegmentFormat.defaults())) {
      for (SampleEvents.Event event : events) {
        writer.append(event.datum(), event.view());
      }
      return writer.finish(0);
    }
  }

  /** Appends encoded events: hashing, counting, compressing, spooling. */
  @Benchmark
  public long write(Volume volume) {
    try (FinishedSegment segment = segment()) {
      volume.add(segment.entry().getEntryBytes());
      return segment.entry().getObjectBytes();
    }
  }

  /** Fetches from the disk, checks, decompresses and decodes. */
  @Benchmark
  public long read(Volume volume) {
    long bytes = 0;
    try (SegmentCursor cursor = SegmentReader.open(store, key).entries()) {
      for (OplogEventView event = cursor.next(); event != null; event = cursor.next()) {
        bytes += event.entry().remaining();
      }
    }
    volume.add(bytes);
    return bytes;
  }
}
