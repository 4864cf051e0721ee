package dev.tidemark.restorer.merge;

import dev.tidemark.archive.dump.SnapshotTimes;
import dev.tidemark.oplog.entry.OpKind;
import dev.tidemark.oplog.entry.OplogEntry;
import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.oplog.optime.Optime;
import dev.tidemark.restorer.RestorerError;
import dev.tidemark.restorer.merge.DocumentOperation.Kind;
import dev.tidemark.restorer.merge.MergeListener.Phase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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

  public MergeRestore(
      Base base,
      OplogSource oplog,
      ReplayTarget target,
      NamespaceSelection selection,
      MergeOptions options,
      MergeListener listener) {
    this.base = base;
    this.oplog = oplog;
    this.target = target;
    this.selection = selection;
    this.options = options;
    this.listener = listener;
  }

  /**
   * Restores.
   *
   * @return what was done; {@link MergeReport#complete()} tells whether the base and the oplog
   *     explain all of it
   * @throws TidemarkException {@code MERGE_TARGET_BEFORE_BASE}, {@code MERGE_OPLOG_TOO_SHORT}, or
   *     what reading entries, the catalogue, the base or the sink throws
   */
  public MergeReport run(RestoreSink sink) throws IOException {
    refuseTargetBeforeBase();
    listener.onPhase(Phase.SCAN);
    Scan scan = new Scan(Math.max(1 << 20, options.memory() / 4));
    Replay first = new Replay(base, oplog, target);
    first.run(scan, listener);
    refuseShortOplog(first);
    MergePlan plan = MergePlan.of(base, first, scan, selection, oplog.warnings());
    sink.begin(plan.everything());
    Ledger ledger = new Ledger();
    try (Overlay overlay = new Overlay(plan.rules(), options.memory() / 2, options.temporary());
        SurvivorWriter survivors = new SurvivorWriter(plan.runs(), options, listener, ledger)) {
      for (CollectionRun run : plan.runs()) {
        run.open(sink);
      }
      listener.onPhase(Phase.LOAD);
      load(plan, first, new BaseLoad(overlay, listener), sink.sequential());
      listener.onPhase(Phase.FOLD);
      long operations = fold(plan, overlay);
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
              operations,
              plan.written(),
              ledger.unexplained(),
              plan.warnings(),
              spilled,
              first.oldestOpen());
      sink.finish(report);
      return report;
    } finally {
      closeAll(plan.runs());
    }
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

  private long fold(MergePlan plan, Overlay overlay) throws IOException {
    Map<UUID, CollectionRun> runs = plan.runsById();
    long[] sequence = {0};
    try (FoldLanes lanes = new FoldLanes(overlay, options.lanes())) {
      new Replay(base, oplog, target)
          .run(
              (operation, effective, collection) -> {
                CollectionRun run = runs.get(collection);
                if (run != null) {
                  give(lanes, operation(operation, effective, run, sequence[0]++));
                }
              },
              listener);
      lanes.finish();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    return sequence[0];
  }

  private static void give(FoldLanes lanes, DocumentOperation operation) {
    try {
      lanes.accept(operation);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static DocumentOperation operation(
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
