package dev.tidemark.restorer.materialize;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.archive.digest.DumpDigester;
import dev.tidemark.archive.dump.DocumentReader;
import dev.tidemark.archive.dump.DocumentWriter;
import dev.tidemark.archive.dump.Dump;
import dev.tidemark.archive.dump.Dumps;
import dev.tidemark.oplog.bson.BsonSlice;
import dev.tidemark.oplog.optime.Optime;
import dev.tidemark.restorer.fixture.CapturedOplog;
import dev.tidemark.restorer.fixture.ExpectedState;
import dev.tidemark.restorer.merge.MergeListener;
import dev.tidemark.restorer.merge.MergeOptions;
import dev.tidemark.restorer.merge.MergeReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every expected state of every captured and made oplog, byte for byte. */
class CapturedStatesTest {

  private static final long IN_MEMORY = 64 << 20;

  @TempDir private Path temporary;

  static List<String> names() {
    return CapturedOplog.NAMES;
  }

  @ParameterizedTest
  @MethodSource("names")
  void shouldReachEveryExpectedState(String name) throws IOException {
    CapturedOplog captured = CapturedOplog.unpack(name, temporary);
    List<Path> expected = captured.expected();
    assertThat(expected).hasSize(6);
    for (int i = 0; i < expected.size(); i++) {
      ExpectedState state = ExpectedState.read(expected.get(i));
      // Half of them compressed, half of them spilled.
      Path out = temporary.resolve("out-" + i);
      MergeReport report =
          materialize(captured, state.optime(), out, i % 2 == 0, 2, i % 3 == 0 ? 0 : IN_MEMORY);

      assertThat(report.complete()).isTrue();
      assertThat(report.warnings()).isEmpty();
      assertThat(digest(out)).as("%s at %s", name, state.optime()).isEqualTo(state);
    }
  }

  @ParameterizedTest
  @MethodSource("names")
  void shouldWriteTheSameBytesWhateverTheLanesAndTheMemory(String name) throws IOException {
    CapturedOplog captured = CapturedOplog.unpack(name, temporary);
    Optime last = ExpectedState.read(captured.expected().get(5)).optime();
    Path one = temporary.resolve("one");
    materialize(captured, last, one, false, 1, IN_MEMORY);
    Map<String, byte[]> files = files(one);
    assertThat(files).isNotEmpty();
    int attempt = 0;
    // In memory; partly and wholly in files.
    for (long[] way : new long[][] {{2, IN_MEMORY}, {8, IN_MEMORY}, {1, 0}, {2, 100_000}, {8, 0}}) {
      Path other = temporary.resolve("attempt-" + attempt++);

      MergeReport report = materialize(captured, last, other, false, (int) way[0], way[1]);

      assertThat(report.spilled()).isEqualTo(way[1] != IN_MEMORY);
      assertThat(files(other))
          .as("%s lanes, %s bytes", way[0], way[1])
          .containsExactlyEntriesOf(files);
    }
  }

  @ParameterizedTest
  @MethodSource("names")
  void shouldReachALaterStateFromAMaterializedOne(String name) throws IOException {
    CapturedOplog captured = CapturedOplog.unpack(name, temporary);
    List<Path> expected = captured.expected();
    Path dump = captured.dump();
    for (int i = 0; i < expected.size(); i++) {
      ExpectedState state = ExpectedState.read(expected.get(i));
      Path out = temporary.resolve("step-" + i);
      materialization(state.optime(), i % 2 == 0, 2, IN_MEMORY)
          .replicaSet(
              new ShardInput(dump, List.of(captured.oplog()), Optional.empty(), Optional.empty()),
              out);

      assertThat(digest(out)).as("%s at %s", name, state.optime()).isEqualTo(state);
      dump = out;
    }
  }

  @ParameterizedTest
  @MethodSource("names")
  void shouldReachTheSameStateHoweverTheOplogIsSplit(String name) throws IOException {
    CapturedOplog captured = CapturedOplog.unpack(name, temporary);
    ExpectedState state = ExpectedState.read(captured.expected().get(5));
    List<BsonSlice> entries = new ArrayList<>();
    try (DocumentReader reader = Dumps.documents(captured.oplog())) {
      for (BsonSlice entry = reader.next(); entry != null; entry = reader.next()) {
        entries.add(entry);
      }
    }
    Random random = new Random(name.hashCode());
    for (int attempt = 0; attempt < 3; attempt++) {
      Path folder = Files.createDirectory(temporary.resolve("split-" + attempt));
      List<Path> parts = new ArrayList<>();
      for (int from = 0; from < entries.size(); ) {
        int to = Math.min(entries.size(), from + 1 + random.nextInt(entries.size() / 3));
        // Parts overlap, as files of several captures do.
        int overlap = Math.max(0, from - random.nextInt(50));
        parts.add(write(folder.resolve(parts.size() + ".bson"), entries.subList(overlap, to)));
        from = to;
      }
      Collections.shuffle(parts, random);
      Path out = temporary.resolve("out-" + attempt);

      materialization(state.optime(), true, 2, attempt * 100_000L)
          .replicaSet(
              new ShardInput(captured.dump(), parts, Optional.empty(), Optional.empty()), out);

      assertThat(digest(out)).isEqualTo(state);
    }
  }

  private static Path write(Path file, List<BsonSlice> entries) throws IOException {
    try (DocumentWriter writer = new DocumentWriter(Files.newOutputStream(file))) {
      for (BsonSlice entry : entries) {
        writer.write(entry);
      }
    }
    return file;
  }

  private MergeReport materialize(
      CapturedOplog captured, Optime to, Path out, boolean gzip, int lanes, long memory)
      throws IOException {
    return materialization(to, gzip, lanes, memory)
        .replicaSet(
            new ShardInput(
                captured.dump(), List.of(captured.oplog()), Optional.empty(), Optional.empty()),
            out);
  }

  private Materialization materialization(Optime to, boolean gzip, int lanes, long memory) {
    return new Materialization(
        to, gzip, new MergeOptions(lanes, memory, temporary), MergeListener.NONE);
  }

  private ExpectedState digest(Path out) throws IOException {
    try (Dump dump = Dumps.open(out)) {
      return ExpectedState.of(new DumpDigester(temporary, 1 << 20).digest(dump).toJson());
    }
  }

  private static Map<String, byte[]> files(Path folder) throws IOException {
    List<Path> paths = new ArrayList<>();
    try (Stream<Path> walk = Files.walk(folder)) {
      walk.filter(Files::isRegularFile).forEach(paths::add);
    }
    Map<String, byte[]> files = new TreeMap<>();
    for (Path path : paths) {
      files.put(folder.relativize(path).toString(), Files.readAllBytes(path));
    }
    return files;
  }
}
