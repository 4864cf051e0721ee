package dev.tidemark.restorer.materialize;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.archive.digest.DumpDigester;
import dev.tidemark.archive.dump.DocumentReader;
import dev.tidemark.archive.dump.DocumentWriter;
import dev.tidemark.archive.dump.Dump;
import dev.tidemark.archive.dump.Dumps;
import dev.tidemark.oplog.bson.BsonCursor;
import dev.tidemark.oplog.bson.BsonSlice;
import dev.tidemark.oplog.entry.OplogEntry;
import dev.tidemark.oplog.optime.Optime;
import dev.tidemark.restorer.fixture.CapturedOplog;
import dev.tidemark.restorer.fixture.ExpectedState;
import dev.tidemark.restorer.merge.MergeListener;
import dev.tidemark.restorer.merge.MergeOptions;
import dev.tidemark.restorer.merge.MergeReport;
import dev.tidemark.restorer.undo.SkipRules;
import dev.tidemark.restorer.undo.UndoReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Undo on oplogs of a real server, against the same oplogs without the entries. */
class CapturedUndoTest {

  @TempDir private Path temporary;

  private int attempts;
  private CapturedOplog captured;
  private Optime end;
  private Optime target;
  private List<OplogEntry> entries;

  @BeforeEach
  void forget() {
    entries = new ArrayList<>();
  }

  private void unpack(String name) throws IOException {
    captured = CapturedOplog.unpack(name, temporary);
    target = ExpectedState.read(captured.expected().get(5)).optime();
    try (Dump dump = Dumps.open(captured.dump())) {
      end = dump.times().orElseThrow().end();
    }
    try (DocumentReader reader = Dumps.documents(captured.oplog())) {
      for (BsonSlice entry = reader.next(); entry != null; entry = reader.next()) {
        entries.add(OplogEntry.read(entry));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"mixed-13", "v2-15"})
  void shouldReachTheStateOfAnOplogWithoutDeletesAndSomeUpdates(String name) throws IOException {
    unpack(name);
    Set<Optime> gone = new HashSet<>();
    List<String> skip = new ArrayList<>();
    int updates = 0;
    for (OplogEntry entry : entries) {
      boolean left = entry.op().equals("d") || (entry.op().equals("u") && ++updates % 7 == 0);
      if (left
          && entry.optime().isAfter(end)
          && entry.optime().isBefore(target)
          && !entry.namespace().contains("system.")
          && !entry.namespace().contains("log")) {
        gone.add(entry.optime());
        skip.add(entry.optime().toString());
      }
    }
    assertThat(skip).isNotEmpty();

    Result undone = materialize(captured.oplog(), skip);

    assertThat(undone.state()).isEqualTo(materialize(without(gone), List.of()).state());
    assertThat(undone.report().undo().orElseThrow().count()).isEqualTo(skip.size());
    assertThat(undone.report().complete()).isTrue();
  }

  @Test
  void shouldReachTheStateOfAnOplogWithoutATransactionOfSeveralEntries() throws IOException {
    unpack("crud-11");
    OplogEntry commit =
        entries.stream()
            .filter(
                entry ->
                    isCommand(entry, "applyOps")
                        && entry.txnNumber().isPresent()
                        && entry.o().find("partialTxn") == null
                        && entry.optime().isAfter(end)
                        && entry.optime().isBefore(target))
            .reduce((one, later) -> later)
            .orElseThrow();
    Set<Optime> gone = new HashSet<>();
    for (OplogEntry entry : entries) {
      if (commit.lsid().equals(entry.lsid()) && commit.txnNumber().equals(entry.txnNumber())) {
        gone.add(entry.optime());
      }
    }

    Result undone = materialize(captured.oplog(), List.of(commit.optime().toString()));

    assertThat(undone.state()).isEqualTo(materialize(without(gone), List.of()).state());
  }

  @Test
  void shouldBringADatabaseBackAsItWas() throws IOException {
    unpack("mixed-13");
    OplogEntry dropped =
        entries.stream()
            .filter(entry -> isCommand(entry, "dropDatabase") && entry.optime().isAfter(end))
            .findFirst()
            .orElseThrow();
    String database = dropped.namespace().substring(0, dropped.namespace().indexOf('.') + 1);
    target = dropped.optime();

    Result undone = materialize(captured.oplog(), List.of(dropped.optime().toString()));

    List<UndoReport.Operations> drops =
        undone.report().undo().orElseThrow().operations().stream()
            .filter(left -> left.operation().equals("drop"))
            .toList();
    assertThat(drops).isNotEmpty();
    target =
        drops.stream()
            .map(UndoReport.Operations::first)
            .min(Optime::compareTo)
            .orElseThrow()
            .previous();
    Result before = materialize(captured.oplog(), List.of());
    assertThat(before.state().namespaces().keySet()).anyMatch(name -> name.startsWith(database));
    before
        .state()
        .namespaces()
        .forEach(
            (name, state) -> {
              if (name.startsWith(database)) {
                assertThat(undone.state().namespaces()).containsEntry(name, state);
              }
            });
  }

  private static boolean isCommand(OplogEntry entry, String name) {
    if (!entry.op().equals("c")) {
      return false;
    }
    BsonCursor command = entry.o().cursor();
    return command.next() && command.nameIs(name);
  }

  private Path without(Set<Optime> gone) throws IOException {
    Path file = temporary.resolve("without-" + attempts++ + ".bson");
    try (DocumentWriter writer = new DocumentWriter(Files.newOutputStream(file))) {
      for (OplogEntry entry : entries) {
        if (!gone.contains(entry.optime())) {
          writer.write(entry.raw());
        }
      }
    }
    return file;
  }

  private record Result(ExpectedState state, MergeReport report) {}

  private Result materialize(Path oplog, List<String> skip) throws IOException {
    Path out = temporary.resolve("out-" + attempts++);
    MergeReport report =
        new Materialization(
                target,
                false,
                new MergeOptions(2, 64 << 20, temporary),
                MergeListener.NONE,
                SkipRules.parse(skip))
            .replicaSet(
                new ShardInput(captured.dump(), List.of(oplog), Optional.empty(), Optional.empty()),
                out);
    try (Dump dump = Dumps.open(out)) {
      return new Result(
          ExpectedState.of(new DumpDigester(temporary, 1 << 20).digest(dump).toJson()), report);
    }
  }
}
