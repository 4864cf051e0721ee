package dev.tidemark.restorer.rollforward;

import dev.tidemark.archive.digest.DocumentSum;
import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.oplog.optime.Optime;
import dev.tidemark.restorer.lease.TargetLease;
import dev.tidemark.restorer.merge.MergeListener;
import dev.tidemark.restorer.merge.MergeReport;
import dev.tidemark.restorer.merge.MergeRestore;
import dev.tidemark.restorer.merge.NamespaceSelection;
import dev.tidemark.restorer.merge.OplogSource;
import dev.tidemark.restorer.merge.ReplayTarget;
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
  private final OplogSource oplog;
  private final ReplayTarget to;
  private final NamespaceSelection selection;
  private final RollOptions options;
  private final MergeListener listener;
  private RollCheckpoint checkpoint;

  /** The images of the window that was written last, which the checkpoint still names. */
  private Optional<String> written = Optional.empty();

  /**
   * @param oplog from the oldest transaction on that was open at the base's moment
   * @param selection namespaces under their own names, none of those that belong to a deployment;
   *     everything else stays as the base brought it
   */
  public RollForward(
      Deployment target,
      TargetLease lease,
      String request,
      WorkObjects work,
      OplogSource oplog,
      ReplayTarget to,
      NamespaceSelection selection,
      RollOptions options,
      MergeListener listener) {
    this.target = target.onPrimary();
    this.lease = lease;
    this.request = request;
    this.work = work;
    this.oplog = oplog;
    this.to = to;
    this.selection = selection;
    this.options = options;
    this.listener = listener;
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
   * @throws TidemarkException REQUEST_NOT_SUPPORTED before anything is written; VERIFICATION_FAILED
   */
  public RollReport run(Optime moment, Steps steps) throws IOException {
    Optional<RollCheckpoint> reached = lease.checkpoint().flatMap(RollCheckpoint::of);
    ListedBase base =
        reached.isPresent()
            ? work.listing(reached.get().listing(), target.toString(), reached.get().base())
            : new ListedBase(target.toString(), moment, TargetState.list(target));
    try (WindowedFold fold =
            WindowedFold.scan(base, oplog, to, selection, options.fold(), listener);
        ImageWriter writer =
            ImageWriter.open(
                target, lease, request, options.parallelism(), options.batchDocuments())) {
      CatalogueCommand command = new CatalogueCommand(target, lease, writer.expectsCollections());
      UnsupportedChanges.refuse(base, selection, fold);
      CatalogueSteps catalogue =
          new CatalogueSteps(
              command,
              Concerned.of(selection, fold),
              base,
              fold.collections(),
              fold.touched(),
              fold.whole());
      fold.spill(reached.map(RollCheckpoint::folded).orElse(OptionalLong.empty()));
      checkpoint =
          reached.isPresent()
              ? reached.get()
              : RollCheckpoint.began(moment, work.putListing(base, lease.epoch()));
      if (!checkpoint.isAllWritten()) {
        lease.store(checkpoint.toBson());
        catalogue.prepare();
        new WholeRebuild(command, request, base, options)
            .run(
                List.copyOf(fold.whole()),
                (whole, chosen) ->
                    new MergeRestore(whole, oplog, to, chosen, options.fold(), listener),
                (collection, rebuilt) -> writer.note(collection, "whole", rebuilt.digest()));
        writer.look(databases(fold.collections()));
        documents(fold, writer);
      }
      List<RestoredCollection> missing = catalogue.missingIndexes();
      int count = missing.stream().mapToInt(one -> one.metadata().indexes().size()).sum();
      steps.onIndexes(count, 0);
      IntConsumer onBuilt = built -> steps.onIndexes(count, built);
      catalogue.finish(missing, onBuilt);
      return report(fold, writer);
    }
  }

  /**
   * Reads the base's catalogue and the entries, and fails as {@link #run} would before its first
   * write.
   *
   * @throws TidemarkException REQUEST_NOT_SUPPORTED, or what reading throws
   */
  public static void check(
      Deployment target,
      Optime moment,
      OplogSource oplog,
      ReplayTarget to,
      NamespaceSelection selection,
      RollOptions options,
      MergeListener listener)
      throws IOException {
    ListedBase base =
        new ListedBase(target.toString(), moment, TargetState.list(target.onPrimary()));
    try (WindowedFold fold =
        WindowedFold.scan(base, oplog, to, selection, options.fold(), listener)) {
      UnsupportedChanges.refuse(base, selection, fold);
    }
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
    checkpoint = checkpoint.allWritten();
    store(checkpoint);
  }

  /** Until a checkpoint says otherwise, a later attempt asks for the window that was noted last. */
  private void store(RollCheckpoint next) {
    lease.store(next.toBson());
    written.ifPresent(work::delete);
    written = Optional.empty();
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
    checkpoint = checkpoint.written(window.last(), window.unexplained(), gone);
  }

  private RollReport report(WindowedFold fold, ImageWriter writer) {
    List<MergeReport.Written> written =
        fold.collections().stream()
            .map(
                collection ->
                    new MergeReport.Written(collection, writer.noted(collection), Optional.empty()))
            .toList();
    MergeReport report =
        new MergeReport(
            to.optime(),
            fold.lastEntry(),
            fold.entries(),
            fold.operations(),
            written,
            new MergeReport.Unexplained(checkpoint.unexplained(), fold.unexplained().examples()),
            fold.warnings(),
            false,
            fold.oldestOpen(),
            Optional.empty());
    return new RollReport(report, checkpoint.gone(), options.readBack());
  }
}
