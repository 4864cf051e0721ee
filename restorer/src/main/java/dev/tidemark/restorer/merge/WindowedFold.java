package dev.tidemark.restorer.merge;

import dev.tidemark.oplog.bson.BsonCursor;
import dev.tidemark.oplog.bson.BsonTag;
import dev.tidemark.oplog.entry.OpKind;
import dev.tidemark.oplog.entry.OplogEntry;
import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.oplog.key.DocumentKey;
import dev.tidemark.oplog.optime.Optime;
import dev.tidemark.restorer.merge.FoldWindow.Touched;
import dev.tidemark.restorer.merge.MergeListener.Phase;
import dev.tidemark.restorer.undo.Finding;
import dev.tidemark.restorer.undo.LeftOut;
import dev.tidemark.restorer.undo.SkipRules;
import dev.tidemark.restorer.undo.UndoReport;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * The entries behind a base that lies on a target already, folded over the documents that they
 * touch and over no others.
 *
 * <p>The windows are not stretches of time but of keys, in the order of their hashes: every touched
 * document belongs to one window, is read once, meets all entries that concern it, and is written
 * once. So no window depends on what another one has written, and the work is proportional to the
 * documents that changed, not to how often they did.
 *
 * <p>Used by one thread: {@link #scan}, then {@link #spill}, then {@link #run}.
 */
public final class WindowedFold implements Closeable {

  private static final int MAX_BITS = 8;
  private static final long PARTITION_BYTES = 64L << 20;
  private static final int OPERATION_WEIGHT = 64;

  /** Takes the windows, in their order. */
  @FunctionalInterface
  public interface Windows {
    void accept(Window window) throws IOException;
  }

  private final Base base;
  private final OplogSource oplog;
  private final ReplayTarget target;
  private final MergeOptions options;
  private final MergeListener listener;
  private final Scan footprints;
  private final Replay replay;
  private final MergePlan plan;
  private final long weight;
  private final LeftOut leftOut;
  private final Set<RestoredCollection> whole = new HashSet<>();
  private final UndoneRuns undoneRuns = new UndoneRuns();
  private final Ledger ledger = new Ledger();
  private final List<SpillFile> partitions = new ArrayList<>();
  private int bits;
  private long operations;

  private WindowedFold(
      Base base,
      OplogSource oplog,
      ReplayTarget target,
      NamespaceSelection selection,
      SkipRules skip,
      MergeOptions options,
      MergeListener listener)
      throws IOException {
    this.base = base;
    this.oplog = oplog;
    this.target = target;
    this.options = options;
    this.listener = listener;
    this.footprints = new Scan(Math.max(1 << 20, options.memory() / 4));
    this.leftOut = Replay.leftOut(base, oplog, target, skip, listener);
    this.replay = new Replay(base, oplog, target);
    FirstPass first = new FirstPass(footprints);
    replay.run(first, leftOut, listener);
    this.weight = first.bytes;
    this.plan = MergePlan.of(base, replay, footprints, selection, oplog.warnings());
    plan.runsById()
        .forEach(
            (id, run) -> {
              boolean collated =
                  run.restored().metadata().options().containsKey("collation")
                      && first.stringKeyed.contains(id);
              if (footprints.of(id) != null && (run.capped().isPresent() || collated)) {
                whole.add(run.restored());
              }
            });
  }

  /** What the first pass learns besides what the operations touch. */
  private static final class FirstPass implements Replay.Operations {
    private final Scan footprints;
    private final Set<UUID> stringKeyed = new HashSet<>();
    private long bytes;

    FirstPass(Scan footprints) {
      this.footprints = footprints;
    }

    @Override
    public void accept(OplogEntry operation, Optime effective, UUID collection) {
      footprints.accept(operation, effective, collection);
      bytes += operation.o().length() + OPERATION_WEIGHT;
      if (operation.kind() != OpKind.COMMAND && mayBearString(operation)) {
        stringKeyed.add(collection);
      }
    }

    @Override
    public void leftOut(OplogEntry operation, Optime effective, UUID collection) {
      footprints.leftOut(operation, effective, collection);
      bytes += operation.o().length() + OPERATION_WEIGHT;
    }
  }

  private static boolean mayBearString(OplogEntry operation) {
    BsonCursor id = Scan.keyDocument(operation).find("_id");
    return id != null
        && (id.isContainer() || id.tag() == BsonTag.STRING || id.tag() == BsonTag.SYMBOL);
  }

  /**
   * Reads the entries for the catalogue and for what they touch.
   *
   * @param base its collections; their documents are asked for later
   * @param skip what is left out
   * @throws TidemarkException one of {@code UNDO_…}, or what reading entries or following the
   *     catalogue throws
   */
  public static WindowedFold scan(
      Base base,
      OplogSource oplog,
      ReplayTarget target,
      NamespaceSelection selection,
      SkipRules skip,
      MergeOptions options,
      MergeListener listener)
      throws IOException {
    listener.onPhase(Phase.SCAN);
    return new WindowedFold(base, oplog, target, selection, skip, options, listener);
  }

  /** All selected collections and views as they are at the target optime. */
  public List<RestoredCollection> collections() {
    return plan.everything();
  }

  /** The identities of all collections that exist at the target optime, selected or not. */
  public Set<UUID> alive() {
    return replay.alive().stream()
        .flatMap(entry -> entry.uuid().stream())
        .collect(Collectors.toSet());
  }

  /** Those of the selected ones in which entries change documents. */
  public Set<RestoredCollection> touched() {
    Set<RestoredCollection> touched = new HashSet<>();
    plan.runsById()
        .forEach(
            (id, run) -> {
              if (footprints.of(id) != null) {
                touched.add(run.restored());
              }
            });
    return touched;
  }

  /**
   * Those of the touched ones that are not folded here, because their documents cannot be put in
   * place one by one: capped ones, whose order is data, and those with a collation, by which a
   * server may find another document than the entry means.
   */
  public Set<RestoredCollection> whole() {
    return Set.copyOf(whole);
  }

  /** What the operator should know, whole sentences. */
  public List<String> warnings() {
    return plan.warnings();
  }

  /** Entries that were read in one pass. */
  public long entries() {
    return replay.entries();
  }

  /** The last entry that is not after the target. */
  public Optional<Optime> lastEntry() {
    return replay.lastApplied();
  }

  /** The first entry of the oldest transaction that was open at the target. */
  public Optional<Optime> oldestOpen() {
    return replay.oldestOpen();
  }

  /** Operations on documents that are folded in {@link #run}. */
  public long operations() {
    return operations;
  }

  /** Updates that nothing explains, in the windows of this run. */
  public MergeReport.Unexplained unexplained() {
    return ledger.unexplained();
  }

  /**
   * What is left out, and what came of it; complete when everything was put aside.
   *
   * @param documents what became of documents of which an operation was left out
   * @return empty if everything is applied
   */
  public Optional<UndoReport> undo(Map<Finding, UndoReport.Documents> documents) {
    return leftOut.isNothing()
        ? Optional.empty()
        : Optional.of(
            new UndoReport(
                leftOut.operations(), plan.revived(), documents, undoneRuns.uniqueIndexes()));
  }

  /**
   * Reads the entries again and puts the operations aside by their keys, in the temporary
   * directory.
   *
   * @param done the last hash of the windows that are written already, as an unsigned number
   */
  public void spill(OptionalLong done) throws IOException {
    while (bits < MAX_BITS && weight >> bits > PARTITION_BYTES) {
      bits++;
    }
    for (int i = 0; i < 1 << bits; i++) {
      partitions.add(new SpillFile(options.temporary()));
    }
    try {
      new Replay(base, oplog, target).run(new Spilling(done), leftOut, listener);
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  /** Puts operations aside. */
  private final class Spilling implements Replay.Operations {
    private final OptionalLong done;

    Spilling(OptionalLong done) {
      this.done = done;
    }

    @Override
    public void accept(OplogEntry entry, Optime effective, UUID collection) {
      CollectionRun run = plan.run(collection);
      if (run != null
          && !whole.contains(run.restored())
          && write(MergeRestore.operation(entry, effective, run, operations))) {
        operations++;
      }
    }

    /** Only where something else happens to the document, there is anything to be followed. */
    @Override
    public void leftOut(OplogEntry entry, Optime effective, UUID collection) {
      CollectionRun run = plan.run(collection);
      if (run == null) {
        return;
      }
      undoneRuns.add(run);
      if (!whole.contains(run.restored()) && run.touches(Scan.keyOf(entry).hash64())) {
        write(MergeRestore.operation(entry, effective, run, operations).leftOut());
      }
    }

    /** Whether the operation is not done yet. */
    private boolean write(DocumentOperation operation) {
      if (done.isPresent() && Long.compareUnsigned(operation.hash(), done.getAsLong()) <= 0) {
        return false;
      }
      try {
        partitions.get(partitionOf(operation.hash())).write(operation);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return true;
    }
  }

  private int partitionOf(long hash) {
    return bits == 0 ? 0 : (int) (hash >>> (Long.SIZE - bits));
  }

  /** The highest hash in a partition. */
  private long lastOf(int partition) {
    return bits == 0 ? -1L : ((partition + 1L) << (Long.SIZE - bits)) - 1;
  }

  /** Folds everything that was put aside, window by window. */
  public void run(BaseDocuments documents, WindowLimits limits, Windows windows)
      throws IOException {
    listener.onPhase(Phase.FOLD);
    WindowReader reader = new WindowReader(plan, documents, limits);
    for (int partition = 0; partition < partitions.size(); partition++) {
      List<Touched> touched = touched(partitions.get(partition));
      int from = 0;
      while (from < touched.size()) {
        FoldWindow window = new FoldWindow(plan, ledger);
        int until = reader.fill(window, touched, from);
        long first = touched.get(from).hash();
        long last = until == touched.size() ? lastOf(partition) : touched.get(until - 1).hash();
        partitions
            .get(partition)
            .read(
                operation -> {
                  if (Long.compareUnsigned(operation.hash(), first) >= 0
                      && Long.compareUnsigned(operation.hash(), last) <= 0) {
                    window.apply(operation);
                  }
                });
        windows.accept(window.images(last, touched.subList(from, until)));
        from = until;
      }
    }
  }

  /** The keys of a partition, each once, in the order of their hashes. */
  private static List<Touched> touched(SpillFile operations) throws IOException {
    Map<Integer, Map<DocumentKey, Touched>> found = new HashMap<>();
    operations.read(
        operation -> {
          DocumentKey key = DocumentKey.ofDocument(operation.key());
          int carried = operation.payload().length();
          found
              .computeIfAbsent(operation.collection(), run -> new HashMap<>())
              .compute(
                  key,
                  (k, known) ->
                      known == null
                          ? new Touched(
                              operation.collection(), k, FoldWindow.idOf(operation.key()), carried)
                          : known.carrying(carried));
        });
    List<Touched> touched = new ArrayList<>();
    found.values().forEach(keys -> touched.addAll(keys.values()));
    touched.sort((one, other) -> Long.compareUnsigned(one.hash(), other.hash()));
    return touched;
  }

  @Override
  public void close() throws IOException {
    IOException first = null;
    for (SpillFile partition : partitions) {
      try {
        partition.close();
      } catch (IOException e) {
        first = first == null ? e : first;
      }
    }
    if (first != null) {
      throw first;
    }
  }
}
