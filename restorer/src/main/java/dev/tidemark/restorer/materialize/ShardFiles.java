package dev.tidemark.restorer.materialize;

import dev.tidemark.archive.dump.DocumentStream;
import dev.tidemark.archive.dump.Dump;
import dev.tidemark.archive.dump.Dumps;
import dev.tidemark.archive.dump.SnapshotTimes;
import dev.tidemark.oplog.bson.BsonSlice;
import dev.tidemark.oplog.entry.OplogEntry;
import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.oplog.optime.Optime;
import dev.tidemark.oplog.txn.CommitDecision;
import dev.tidemark.restorer.RestorerError;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The opened dump and oplog of one replica set. */
final class ShardFiles implements Closeable {

  private final DumpBase base;
  private final OplogFiles oplog;

  private ShardFiles(DumpBase base, OplogFiles oplog) {
    this.base = base;
    this.oplog = oplog;
  }

  static ShardFiles open(ShardInput input) throws IOException {
    Dump dump = Dumps.open(input.dump());
    try {
      return new ShardFiles(new DumpBase(dump, times(input, dump)), oplog(input, dump));
    } catch (IOException | RuntimeException e) {
      dump.close();
      throw e;
    }
  }

  private static Optional<SnapshotTimes> times(ShardInput input, Dump dump) throws IOException {
    Optional<SnapshotTimes> told =
        input.start().isPresent() && input.end().isPresent()
            ? Optional.empty()
            : DumpBase.timesOf(dump);
    Optional<Optime> start = input.start().or(() -> told.map(SnapshotTimes::start));
    Optional<Optime> end = input.end().or(() -> told.map(SnapshotTimes::end));
    if (start.isEmpty() && end.isEmpty()) {
      return Optional.empty();
    }
    Optime from = start.or(() -> end).orElseThrow();
    Optime to = end.orElse(from);
    if (to.isBefore(from)) {
      throw new TidemarkException(
          RestorerError.MERGE_TIMES_CONTRADICT,
          "the dump would end at " + to + ", before it starts at " + from,
          dump.location(),
          "Correct --start and --end");
    }
    return Optional.of(new SnapshotTimes(from, to));
  }

  private static OplogFiles oplog(ShardInput input, Dump dump) throws IOException {
    if (input.oplogs().isEmpty()) {
      return OplogFiles.of(
          dump.hasOplog()
              ? List.of(new OplogFile(dump.location() + ", its oplog", dump::oplog))
              : List.of());
    }
    return OplogFiles.of(
        input.oplogs().stream()
            .map(file -> new OplogFile(file.toString(), () -> Dumps.documents(file)))
            .toList());
  }

  DumpBase base() {
    return base;
  }

  OplogFiles oplog() {
    return oplog;
  }

  /** The commits of prepared transactions that this oplog records. */
  List<CommitDecision> decisions() throws IOException {
    List<CommitDecision> decisions = new ArrayList<>();
    try (DocumentStream cursor = oplog.open(Optime.ZERO)) {
      for (BsonSlice entry = cursor.next(); entry != null; entry = cursor.next()) {
        CommitDecision.of(OplogEntry.read(entry)).ifPresent(decisions::add);
      }
    }
    return decisions;
  }

  @Override
  public void close() throws IOException {
    base.close();
  }
}
