package dev.tidemark.restorer.rollforward;

import dev.tidemark.archive.digest.DocumentSum;
import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.oplog.optime.Optime;
import dev.tidemark.restorer.account.AccountSelection;
import dev.tidemark.restorer.lease.TargetLease;
import dev.tidemark.restorer.merge.Base;
import dev.tidemark.restorer.merge.MergeListener;
import dev.tidemark.restorer.merge.MergeReport;
import dev.tidemark.restorer.merge.MergeRestore;
import dev.tidemark.restorer.merge.RestoredCollection;
import dev.tidemark.restorer.merge.Window;
import dev.tidemark.restorer.merge.WindowedFold;
import dev.tidemark.restorer.mongo.Deployment;
import dev.tidemark.restorer.rollforward.RollCheckpoint.Pending;
import dev.tidemark.restorer.sink.ImageWriter;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.IntConsumer;
import java.util.stream.Collectors;

/**
 * Rolls the base on a target, whose lease is held, forward to an optime.
 *
 * <p>In this order: list the base; read the entries, and refuse what is not supported, all of that
 * without a write; note the base's moment in the checkpoint; bring the catalogue to where it shall
 * be; rebuild the collections that have to be made anew; then, window by window, read the touched
 * documents, fold, store the final images, note the window, write the images; at last build indexes
 * and create views. An attempt that ended anywhere is gone on with by another one: a window whose
 * images may be written in part is written again from the stored images, because what is folded
 * twice is not what is folded once.
 *
 * <p>Used once, by one thread.
 */
public final class RollForward {

  private final Deployment target;
  private final TargetLease lease;
  private final String request;
  private final WorkObjects work;
  private final RollGoal goal;
  private final RollOptions options;
  private final MergeListener listener;
  private final FindingsKept findings;
  private ListedBase base;
  private RollCheckpoint checkpoint;

  /** The images of the window that was written last, which the checkpoint still names. */
  private Optional<String> written = Optional.empty();

  public RollForward(
      Deployment target,
      TargetLease lease,
      String request,
      WorkObjects work,
      RollGoal goal,
      RollOptions options,
      MergeListener listener) {
    this.target = target.onPrimary();
    this.lease = lease;
    this.request = request;
    this.work = work;
    this.goal = goal;
    this.options = options;
    this.listener = listener;
    this.findings = new FindingsKept(work, lease.epoch());
  }

  /** Is told of the parts that are not a {@link MergeListener}'s. */
  public interface Steps {

    /** All documents are written; so many indexes are to be built. */
    void onIndexes(int count, int built);
  }

  /**
   * Does it, or goes on with it.
   *
   * @param moment of the base: the newest entry that it holds, which was compared with the archive
   * @throws TidemarkException REQUEST_NOT_SUPPORTED or one of {@code UNDO_…} before anything is
   *     written; VERIFICATION_FAILED
   */
  public RollReport run(Optime moment, Steps steps) throws IOException {
    PreparedOnTarget.refuse(target);
    Optional<RollCheckpoint> reached = lease.checkpoint().flatMap(RollCheckpoint::of);
    base =
        reached.isPresent()
            ? work.listing(reached.get().listing(), target.toString(), reached.get().base())
            : ListedBase.of(target, moment);
    try (WindowedFold fold = scan(base, goal, options, listener);
        ImageWriter writer =
            ImageWriter.open(
                target, lease, request, options.parallelism(), options.batchDocuments())) {
      CatalogueCommand command = new CatalogueCommand(target, lease, writer.expectsCollections());
      List<RestoredCollection> wanted = wanted(base, goal, fold);
      CatalogueSteps catalogue =
          new CatalogueSteps(
              command,
              Concerned.of(goal.selection(), fold),
              base,
              wanted,
              fold.touched(),
              fold.whole());
      fold.spill(reached.map(RollCheckpoint::folded).orElse(OptionalLong.empty()));
      checkpoint =
          reached.isPresent()
              ? reached.get()
              : RollCheckpoint.began(moment, work.putListing(base, lease.epoch()));
      findings.goOn(checkpoint.findings());
      if (!checkpoint.isAllWritten()) {
        lease.store(checkpoint.toBson());
        catalogue.prepare();
        rebuild(fold, command, writer);
        writer.look(databases(fold.collections()));
        documents(fold, writer);
      }
      List<RestoredCollection> missing = catalogue.missingIndexes();
      int count = missing.stream().mapToInt(one -> one.metadata().indexes().size()).sum();
      steps.onIndexes(count, 0);
      IntConsumer onBuilt = built -> steps.onIndexes(count, built);
      List<String> leftOut = catalogue.finish(missing, !goal.skip().isEmpty(), onBuilt);
      return report(fold, writer, leftOut);
    }
  }

  /**
   * The users and roles at the wanted moment, which are not written; after {@link #run}.
   *
   * @param accounts which of them
   */
  public RolledAccounts accounts(AccountSelection accounts) throws IOException {
    return RolledAccounts.of(base, target, goal, accounts, options, listener);
  }

  private static WindowedFold scan(
      Base base, RollGoal goal, RollOptions options, MergeListener listener) throws IOException {
    return WindowedFold.scan(
        base, goal.oplog(), goal.to(), goal.selection(), goal.skip(), options.fold(), listener);
  }

  /** What shall be there; fails if there is no way from the base to it. */
  private static List<RestoredCollection> wanted(
      ListedBase base, RollGoal goal, WindowedFold fold) {
    List<RestoredCollection> wanted = goal.naming().of(fold.collections());
    UnsupportedChanges.refuse(base, goal.selection(), fold);
    return wanted;
  }

  /**
   * Reads the base's catalogue and the entries, and fails as {@link #run} would before its first
   * write.
   *
   * @param accounts which users and roles are asked for
   * @return those of the wanted moment
   * @throws TidemarkException REQUEST_NOT_SUPPORTED, one of {@code UNDO_…}, or what reading throws
   */
  public static RolledAccounts check(
      Deployment target,
      Optime moment,
      RollGoal goal,
      AccountSelection accounts,
      RollOptions options,
      MergeListener listener)
      throws IOException {
    PreparedOnTarget.refuse(target.onPrimary());
    ListedBase base = ListedBase.of(target, moment);
    try (WindowedFold fold = scan(base, goal, options, listener)) {
      var unused = wanted(base, goal, fold);
    }
    return accounts.isEmpty()
        ? RolledAccounts.NONE
        : RolledAccounts.of(base, target.onPrimary(), goal, accounts, options, listener);
  }

  private void rebuild(WindowedFold fold, CatalogueCommand command, ImageWriter writer)
      throws IOException {
    new WholeRebuild(command, request, base, options)
        .run(
            List.copyOf(fold.whole()),
            goal.selection(),
            (whole, chosen) ->
                new MergeRestore(
                    whole, goal.oplog(), goal.to(), chosen, options.fold(), listener, goal.skip()),
            new WholeRebuild.Rebuilt() {
              @Override
              public void onMerged(MergeReport report) throws IOException {
                // A first attempt finds what there is to find; later ones find a part of it again.
                if (report.undo().isPresent() && checkpoint.findings().isEmpty()) {
                  findings.add(report.undo().get().documents());
                  store(checkpoint);
                }
              }

              @Override
              public void onReplaced(RestoredCollection collection, MergeReport.Written written) {
                writer.note(collection, "whole", written.digest());
              }
            });
  }

  private static List<String> databases(List<RestoredCollection> collections) {
    return collections.stream()
        .map(RestoredCollection::database)
        .distinct()
        .collect(Collectors.toList());
  }

  private void documents(WindowedFold fold, ImageWriter writer) throws IOException {
    if (checkpoint.window().isPresent()) {
      String images = checkpoint.window().get().images();
      write(work.window(images, fold.collections()), writer);
      written = Optional.of(images);
    }
    fold.run(
        TargetDocuments.from(target),
        options.window(),
        window -> {
          String images = work.putWindow(window, lease.epoch());
          store(checkpoint.with(new Pending(window.last(), images)));
          write(window, writer);
          written = Optional.of(images);
        });
    store(checkpoint.allWritten());
  }

  /** Until a checkpoint says otherwise, a later attempt asks for the window that was noted last. */
  private void store(RollCheckpoint next) throws IOException {
    checkpoint = next.with(findings.put(next.findings()));
    lease.store(checkpoint.toBson());
    written.ifPresent(work::delete);
    written = Optional.empty();
    findings.deleteOlder();
  }

  /** Puts the images of a window over what is there, and takes it for written. */
  private void write(Window window, ImageWriter writer) {
    long gone = 0;
    for (Window.Images images : window.collections()) {
      writer.write(images.collection(), images.written(), images.gone());
      gone += images.gone().size();
    }
    if (options.readBack()) {
      new WrittenCheck(target, options.window().batch()).run(window);
    }
    for (Window.Images images : window.collections()) {
      DocumentSum sum = new DocumentSum();
      images.written().forEach(sum::add);
      DocumentSum.Digest digest = sum.digest();
      writer.note(images.collection(), "window-%016x".formatted(window.last()), digest);
      listener.onWritten(images.written().size() + (long) images.gone().size(), digest.bytes());
    }
    findings.add(window.undone());
    checkpoint = checkpoint.written(window.last(), window.unexplained(), gone);
  }

  private RollReport report(WindowedFold fold, ImageWriter writer, List<String> indexesLeftOut) {
    List<MergeReport.Written> written =
        fold.collections().stream()
            .map(
                collection ->
                    new MergeReport.Written(collection, writer.noted(collection), Optional.empty()))
            .toList();
    MergeReport report =
        new MergeReport(
            goal.to().optime(),
            fold.lastEntry(),
            fold.entries(),
            fold.operations(),
            written,
            new MergeReport.Unexplained(checkpoint.unexplained(), fold.unexplained().examples()),
            fold.warnings(),
            false,
            fold.oldestOpen(),
            fold.undo(findings.all()));
    return new RollReport(report, checkpoint.gone(), options.readBack(), indexesLeftOut);
  }
}
