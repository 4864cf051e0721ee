package dev.tidemark.restorer.materialize;

import dev.tidemark.archive.dump.DocumentReader;
import dev.tidemark.archive.dump.Dump;
import dev.tidemark.archive.dump.DumpedCollection;
import dev.tidemark.archive.dump.SnapshotTimes;
import dev.tidemark.oplog.bson.BsonSlice;
import dev.tidemark.oplog.entry.OplogEntry;
import dev.tidemark.oplog.optime.Optime;
import dev.tidemark.restorer.merge.Base;
import dev.tidemark.restorer.merge.BaseCollection;
import dev.tidemark.restorer.merge.BaseRange;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** A dump as the base of a restore. Every collection is one range. */
public final class DumpBase implements Base {

  private final Dump dump;
  private final Optional<SnapshotTimes> times;
  private final List<BaseCollection> collections;

  /**
   * @param dump the dump, which this base closes
   * @param times between which optimes it was taken, if known
   */
  public DumpBase(Dump dump, Optional<SnapshotTimes> times) {
    this.dump = dump;
    this.times = times;
    this.collections = dump.collections().stream().map(this::collection).toList();
  }

  /**
   * Between which optimes a dump was taken, as it says itself: in its {@code snapshot.json}, or by
   * the first and last entry of its own oplog, of which the first may not be in its documents.
   */
  public static Optional<SnapshotTimes> timesOf(Dump dump) throws IOException {
    if (dump.times().isPresent() || !dump.hasOplog()) {
      return dump.times();
    }
    Optime first = null;
    Optime last = null;
    try (DocumentReader entries = dump.oplog()) {
      for (BsonSlice entry = entries.next(); entry != null; entry = entries.next()) {
        Optime optime = OplogEntry.read(entry).optime();
        first = first == null || optime.isBefore(first) ? optime : first;
        last = last == null || optime.isAfter(last) ? optime : last;
      }
    }
    return first == null
        ? Optional.empty()
        : Optional.of(new SnapshotTimes(first.previous(), last));
  }

  private BaseCollection collection(DumpedCollection dumped) {
    List<BaseRange> ranges =
        dumped.hasDocuments() ? List.of(BaseRange.whole(() -> dump.documents(dumped))) : List.of();
    return new BaseCollection(dumped.database(), dumped.name(), dumped.metadata(), ranges);
  }

  @Override
  public String location() {
    return dump.location();
  }

  @Override
  public Optional<SnapshotTimes> times() {
    return times;
  }

  @Override
  public List<BaseCollection> collections() {
    return collections;
  }

  @Override
  public void close() throws IOException {
    dump.close();
  }
}
