package dev.tidemark.restorer.merge;

import dev.tidemark.archive.dump.CollectionMetadata;
import dev.tidemark.archive.dump.DocumentStream;
import dev.tidemark.archive.dump.SnapshotTimes;
import dev.tidemark.oplog.bson.BsonSlice;
import dev.tidemark.oplog.catalog.Catalogue;
import dev.tidemark.oplog.catalog.CatalogueEntry;
import dev.tidemark.oplog.catalog.CollectionSeed;
import dev.tidemark.oplog.catalog.CollectionType;
import dev.tidemark.oplog.entry.OplogEntry;
import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.oplog.optime.Optime;
import dev.tidemark.oplog.txn.ApplyWindow;
import dev.tidemark.oplog.txn.CommitDecision;
import dev.tidemark.oplog.txn.OpenTransaction;
import dev.tidemark.oplog.txn.OperationSink;
import dev.tidemark.oplog.txn.TransactionAssembler;
import dev.tidemark.restorer.RestorerError;
import dev.tidemark.restorer.undo.LeftOut;
import dev.tidemark.restorer.undo.SkipMatches;
import dev.tidemark.restorer.undo.SkipRules;
import dev.tidemark.restorer.undo.SkipScan;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Goes through the entries once: assembles transactions, follows the catalogue and hands over every
 * operation with the collection that it concerns. Every run over the same input does the same, with
 * the same identities. Not thread-safe.
 */
final class Replay {

  /** How many entries are read between two reports of progress. */
  private static final int REPORT_EVERY = 4096;

  /** Takes operations on documents. */
  interface Operations {

    /**
     * Takes an insert, update or delete, or a command that empties a collection.
     *
     * @param collection the identity that the catalogue gives it
     */
    void accept(OplogEntry operation, Optime effective, UUID collection);

    /**
     * Takes an insert, update or delete that is left out.
     *
     * @param collection the identity that the catalogue gives it
     */
    void leftOut(OplogEntry operation, Optime effective, UUID collection);
  }

  private final Base base;
  private final OplogSource oplog;
  private final ReplayTarget target;
  private final Optional<SnapshotTimes> times;
  private final Catalogue catalogue;
  private final List<UUID> seeded = new ArrayList<>();
  private long entries;
  private Optime first;
  private Optime lastApplied;
  private Optime last;
  private List<OpenTransaction> open = List.of();

  Replay(Base base, OplogSource oplog, ReplayTarget target) {
    this.base = base;
    this.oplog = oplog;
    this.target = target;
    this.times = base.times();
    // A base that does not say when it was complete may be read up to the target.
    this.catalogue = new Catalogue(times.map(SnapshotTimes::end).orElse(target.optime()));
    for (BaseCollection collection : base.collections()) {
      seeded.add(catalogue.seed(seed(collection)));
    }
  }

  private static CollectionSeed seed(BaseCollection collection) {
    CollectionMetadata metadata = collection.metadata();
    return CollectionSeed.of(
        collection.namespace(),
        type(metadata),
        metadata.uuid(),
        metadata.options(),
        metadata.indexes());
  }

  private static CollectionType type(CollectionMetadata metadata) {
    if (metadata.isView()) {
      return CollectionType.VIEW;
    }
    return metadata.isTimeseries() ? CollectionType.TIMESERIES : CollectionType.COLLECTION;
  }

  /** Hands over what stays, and tells what is left out. */
  void run(Operations operations, LeftOut leftOut, MergeListener listener) throws IOException {
    OperationSink all =
        (operation, effective) -> {
          UUID collection = catalogue.apply(operation, effective);
          if (collection != null) {
            operations.accept(operation, effective, collection);
          }
        };
    OperationSink some =
        (operation, effective) -> {
          if (!leftOut.has(operation, effective)) {
            all.accept(operation, effective);
            return;
          }
          UUID collection = catalogue.leaveOut(operation, effective);
          if (collection != null) {
            operations.leftOut(operation, effective, collection);
          }
        };
    read(leftOut.isNothing() ? all : some, listener);
  }

  /**
   * Finds what rules leave out, in a reading of its own before the others.
   *
   * @throws dev.tidemark.oplog.error.TidemarkException one of {@code UNDO_…}
   */
  static LeftOut leftOut(
      Base base, OplogSource oplog, ReplayTarget target, SkipRules rules, MergeListener listener)
      throws IOException {
    return rules.isEmpty()
        ? LeftOut.NOTHING
        : new Replay(base, oplog, target).scan(rules, listener.uncounted()).leftOut();
  }

  /** Finds what rules leave out of this replica set; they may leave nothing out. */
  SkipMatches matches(SkipRules rules, MergeListener listener) throws IOException {
    return scan(rules, listener.uncounted()).matches();
  }

  private SkipScan scan(SkipRules rules, MergeListener listener) throws IOException {
    Optime shown =
        times
            .map(SnapshotTimes::end)
            .orElseThrow(
                () ->
                    new TidemarkException(
                        RestorerError.UNDO_BEFORE_BASE_END,
                        "the base does not say when it was complete, so it may show what is to be"
                            + " left out",
                        base.location(),
                        "Say when it was taken (--start and --end)"));
    SkipScan scan = new SkipScan(rules, catalogue, shown, target.optime());
    read(scan, listener);
    return scan;
  }

  private void read(OperationSink sink, MergeListener listener) throws IOException {
    try (DocumentStream cursor = oplog.open(Optime.ZERO)) {
      TransactionAssembler assembler = null;
      for (BsonSlice raw = cursor.next(); raw != null; raw = cursor.next()) {
        OplogEntry entry = OplogEntry.read(raw);
        Optime optime = entry.optime();
        if (first == null) {
          first = optime;
          assembler = new TransactionAssembler(window(optime));
        }
        last = optime;
        if (optime.isAfter(target.optime())) {
          if (!assembler.awaitsDecisions()) {
            break;
          }
        } else {
          lastApplied = optime;
        }
        if (++entries % REPORT_EVERY == 0) {
          listener.onEntries(REPORT_EVERY);
        }
        assembler.accept(entry, sink);
      }
      listener.onEntries(entries % REPORT_EVERY);
      if (assembler != null) {
        for (CommitDecision decision : target.decisions()) {
          assembler.decide(decision, sink);
        }
        open = assembler.open();
      }
    }
  }

  private ApplyWindow window(Optime firstEntry) {
    Optime from = times.map(SnapshotTimes::appliedFrom).orElse(firstEntry);
    // An oplog that begins after the target has nothing to apply.
    Optime to = target.optime();
    return new ApplyWindow(from.isAfter(to) ? to.next() : from, to, target.rule());
  }

  /** The identities of the base's collections, in their order; null for views. */
  List<UUID> seeded() {
    return seeded;
  }

  List<CatalogueEntry> alive() {
    return catalogue.alive();
  }

  /** The optime from which the base was read, if it tells it. */
  Optional<Optime> start() {
    return times.map(SnapshotTimes::start);
  }

  long entries() {
    return entries;
  }

  Optional<Optime> first() {
    return Optional.ofNullable(first);
  }

  /** The last entry that is not after the target. */
  Optional<Optime> lastApplied() {
    return Optional.ofNullable(lastApplied);
  }

  /** The last entry that was read. */
  Optional<Optime> last() {
    return Optional.ofNullable(last);
  }

  /** The first entry of the oldest transaction that was not decided. */
  Optional<Optime> oldestOpen() {
    return open.stream().map(OpenTransaction::first).min(Comparator.naturalOrder());
  }

  /** Transactions that were not decided in what was read. */
  List<OpenTransaction> open() {
    return open;
  }
}
