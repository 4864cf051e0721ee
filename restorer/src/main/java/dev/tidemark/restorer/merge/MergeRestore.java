package dev.tidemark.restorer.merge;

import dev.tidemark.archive.dump.SnapshotTimes;
import dev.tidemark.oplog.entry.OpKind;
import dev.tidemark.oplog.entry.OplogEntry;
import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.oplog.optime.Optime;
import dev.tidemark.restorer.RestorerError;
import dev.tidemark.restorer.merge.DocumentOperation.Kind;
import dev.tidemark.restorer.merge.MergeListener.Phase;
import dev.tidemark.restorer.undo.LeftOut;
import dev.tidemark.restorer.undo.SkipMatches;
import dev.tidemark.restorer.undo.SkipRules;
import dev.tidemark.restorer.undo.UndoReport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * Brings a base forward to an optime and writes the result to a sink, every surviving document
 * once.
 *
 * <p>The entries are read twice: first for the catalogue and for what they touch, then, after the
 * base, to be applied. The result does not depend on the number of lanes, on memory or on how the
 * entries are split into files. An instance is used once, by one thread.
 */
public final class MergeRestore {

  private final Base base;
  private final OplogSource oplog;
  private final ReplayTarget target;
  private final NamespaceSelection selection;
  private final MergeOptions options;
  private final MergeListener listener;
  private final SkipRules skip;

  /** A restore of everything that happened. */
  public MergeRestore(
      Base base,
      OplogSource oplog,
      ReplayTarget target,
      NamespaceSelection selection,
      MergeOptions options,
      MergeListener listener) {
    this(base, oplog, target, selection, options, listener, SkipRules.NONE);
  }

  /**
   * @param skip what is left out, as if it had never happened
   */
  public MergeRestore(
      Base base,
      OplogSource oplog,
      ReplayTarget target,
      NamespaceSelection selection,
      MergeOptions options,
      MergeListener listener,
      SkipRules skip) {
    this.base = base;
    this.oplog = oplog;
    this.target = target;
    this.selection = selection;
    this.options = options;
    this.listener = listener;
    this.skip = skip;
  }

  /** What the first pass over the entries finds. */
  private record Read(Replay replay, MergePlan plan, LeftOut leftOut) {}

  /**
   * Restores.
   *
   * @return what was done; {@link MergeReport#complete()} tells whether the base and the oplog
   *     explain all of it
   * @throws TidemarkException {@code MERGE_TARGET_BEFORE_BASE}, {@code MERGE_OPLOG_TOO_SHORT}, one
   *     of {@code UNDO_…} before the sink is touched, or what reading entries, the catalogue, the
   *     base or the sink throws
   */
  public MergeReport run(RestoreSink sink) throws IOException {
    Read read = read();
    Replay first = read.replay();
    MergePlan plan = read.plan();
    sink.begin(plan.everything());
    Ledger ledger = new Ledger();
    UndoneDocuments undone = new UndoneDocuments();
    try (Overlay overlay = new Overlay(plan.rules(), options.memory() / 2, options.temporary());
        SurvivorWriter survivors =
            new SurvivorWriter(plan.runs(), options, listener, ledger, undone)) {
      for (CollectionRun run : plan.runs()) {
        run.open(sink);
      }
      listener.onPhase(Phase.LOAD);
      load(plan, first, new BaseLoad(overlay, listener), sink.sequential());
      listener.onPhase(Phase.FOLD);
      Folding folded = fold(plan, read.leftOut(), overlay);
      boolean spilled = overlay.isSpilled();
      listener.onPhase(Phase.WRITE);
      OverlayDrain drain =
          new OverlayDrain(overlay, survivors, options.lanes(), options.memory() / 2);
      if (sink.sequential()) {
        drain.inOrder();
      } else {
        drain.inParallel();
      }
      survivors.finish();
      closeAll(plan.runs());
      MergeReport report =
          new MergeReport(
              target.optime(),
              first.lastApplied(),
              first.entries(),
              folded.applied,
              plan.written(),
              ledger.unexplained(),
              plan.warnings(),
              spilled,
              first.oldestOpen(),
              read.leftOut().isNothing()
                  ? Optional.empty()
                  : Optional.of(
                      new UndoReport(
                          read.leftOut().operations(),
                          plan.revived(),
                          undone.documents(),
                          folded.undone.uniqueIndexes())));
      sink.finish(report);
      return report;
    } finally {
      closeAll(plan.runs());
    }
  }

  /**
   * Finds out what would be restored and left out, without restoring anything.
   *
   * @throws TidemarkException as {@link #run}
   */
  public MergePreview preview() throws IOException {
    Read read = read();
    return new MergePreview(
        read.plan().everything(),
        new UndoReport(read.leftOut().operations(), read.plan().revived(), Map.of(), List.of()));
  }

  /**
   * Finds what the rules leave out of this replica set, one of several; some may leave nothing out.
   *
   * @throws TidemarkException as {@link #run}
   */
  public SkipMatches matches() throws IOException {
    refuseTargetBeforeBase();
    listener.onPhase(Phase.SCAN);
    return new Replay(base, oplog, target).matches(skip, listener);
  }

  private Read read() throws IOException {
    refuseTargetBeforeBase();
    listener.onPhase(Phase.SCAN);
    LeftOut leftOut = Replay.leftOut(base, oplog, target, skip, listener);
    Scan scan = new Scan(Math.max(1 << 20, options.memory() / 4));
    Replay replay = new Replay(base, oplog, target);
    replay.run(scan, leftOut, listener);
    refuseShortOplog(replay);
    return new Read(replay, MergePlan.of(base, replay, scan, selection, oplog.warnings()), leftOut);
  }

  private void refuseTargetBeforeBase() {
    Optime end = base.times().map(SnapshotTimes::end).orElse(Optime.ZERO);
    if (target.optime().isBefore(end)) {
      throw new TidemarkException(
          RestorerError.MERGE_TARGET_BEFORE_BASE,
          "the base was read until "
              + end
              + ", so the state at "
              + target.optime()
              + " is not in it",
          base.location(),
          "Restore to " + end + " or later, or use an earlier base");
    }
  }

  /** Nothing is known of the time after the last entry. */
  private void refuseShortOplog(Replay replay) {
    Optime known = oplog.completeThrough().or(replay::last).orElse(Optime.ZERO);
    boolean baseIsTarget =
        base.times()
            .map(times -> times.start().equals(times.end()) && times.end().equals(target.optime()))
            .orElse(false);
    if (known.isBefore(target.optime()) && !baseIsTarget) {
      throw new TidemarkException(
          RestorerError.MERGE_OPLOG_TOO_SHORT,
          replay.last().isPresent()
              ? "the oplog ends at " + known + ", before " + target.optime()
              : "there are no oplog entries, and the base does not show " + target.optime(),
          oplog.location(),
          "Restore to an earlier optime, or add the entries that follow");
    }
  }

  private void load(MergePlan plan, Replay replay, BaseLoad load, boolean sequential)
      throws IOException {
    List<WorkerPool.Task> tasks = new ArrayList<>();
    List<BaseCollection> collections = base.collections();
    for (int i = 0; i < collections.size(); i++) {
      CollectionRun run = plan.run(replay.seeded().get(i));
      if (run == null) {
        continue;
      }
      List<WorkerPool.Task> ranges = new ArrayList<>();
      for (BaseRange range : collections.get(i).ranges()) {
        ranges.add(() -> load.load(run, range));
      }
      if (sequential) {
        tasks.add(() -> WorkerPool.run(1, ranges));
      } else {
        tasks.addAll(ranges);
      }
    }
    WorkerPool.run(options.lanes(), tasks);
  }

  private Folding fold(MergePlan plan, LeftOut leftOut, Overlay overlay) throws IOException {
    try (FoldLanes lanes = new FoldLanes(overlay, options.lanes())) {
      Folding folding = new Folding(plan.runsById(), lanes);
      new Replay(base, oplog, target).run(folding, leftOut, listener);
      lanes.finish();
      return folding;
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  /** Gives operations to the lanes. */
  private static final class Folding implements Replay.Operations {
    private final Map<UUID, CollectionRun> runs;
    private final FoldLanes lanes;
    private final UndoneRuns undone = new UndoneRuns();
    private long applied;

    Folding(Map<UUID, CollectionRun> runs, FoldLanes lanes) {
      this.runs = runs;
      this.lanes = lanes;
    }

    @Override
    public void accept(OplogEntry operation, Optime effective, UUID collection) {
      CollectionRun run = runs.get(collection);
      if (run != null) {
        give(operation(operation, effective, run, applied++));
      }
    }

    /** Only where something else happens to the document, there is anything to be followed. */
    @Override
    public void leftOut(OplogEntry operation, Optime effective, UUID collection) {
      CollectionRun run = runs.get(collection);
      if (run == null) {
        return;
      }
      undone.add(run);
      if (run.touches(Scan.keyOf(operation).hash64())) {
        give(operation(operation, effective, run, applied).leftOut());
      }
    }

    private void give(DocumentOperation operation) {
      try {
        lanes.accept(operation);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  static DocumentOperation operation(
      OplogEntry entry, Optime effective, CollectionRun run, long sequence) {
    long place = CollectionRun.FIRST_OPERATION + sequence;
    if (entry.kind() == OpKind.COMMAND) {
      return new DocumentOperation(
          Kind.TRUNCATE, run.number(), 0, effective.value(), place, entry.o(), entry.o());
    }
    return new DocumentOperation(
        kind(entry),
        run.number(),
        Scan.keyOf(entry).hash64(),
        effective.value(),
        place,
        Scan.keyDocument(entry),
        entry.o());
  }

  private static Kind kind(OplogEntry entry) {
    return switch (entry.kind()) {
      case INSERT -> Kind.INSERT;
      case UPDATE -> entry.upsert() ? Kind.UPSERT : Kind.UPDATE;
      case DELETE -> Kind.DELETE;
      case COMMAND, NOOP ->
          throw new IllegalArgumentException("no operation on a document: " + entry);
    };
  }

  private static void closeAll(List<CollectionRun> runs) throws IOException {
    for (CollectionRun run : runs) {
      run.close();
    }
  }
}
