package dev.tidemark.restorer.sink;

import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.restorer.RestorerError;
import dev.tidemark.restorer.lease.TargetLease;
import dev.tidemark.restorer.merge.CollectionSink;
import dev.tidemark.restorer.merge.MergeReport;
import dev.tidemark.restorer.merge.RestoreSink;
import dev.tidemark.restorer.merge.RestoredCollection;
import dev.tidemark.restorer.mongo.Deployment;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Writes a restored state into a MongoDB deployment: collections with their options first, then the
 * documents. Indexes and views are {@link TargetIndexes}' and {@link #createViews}'s, once
 * everything is loaded.
 *
 * <p>Refuses to begin if a namespace exists, unless dropping is allowed. An attempt that goes on
 * where another one stopped loading drops nothing and leaves out the units that are complete.
 */
public final class MongoRestoreSink implements RestoreSink, AutoCloseable {

  private static final int LISTED = 5;

  private final Deployment target;
  private final TargetNamespaces namespaces;
  private final BatchWriter writer;
  private final UnitProgress progress;
  private final boolean drop;
  private final RestoreStage reached;
  private final Consumer<RestoreStage> onStage;
  private final ExecutorService senders;
  private List<RestoredCollection> restored = List.of();

  private MongoRestoreSink(
      Deployment target,
      TargetLease lease,
      UnitProgress progress,
      TargetAbilities abilities,
      boolean drop,
      RestoreStage reached,
      int parallelism,
      Consumer<RestoreStage> onStage) {
    this.target = target;
    ExpectedCollections expected = new ExpectedCollections(target, abilities.expectsCollections());
    this.namespaces = new TargetNamespaces(target, lease, expected);
    this.writer = new BatchWriter(target, lease, abilities, expected);
    this.progress = progress;
    this.drop = drop;
    this.reached = reached;
    this.onStage = onStage;
    this.senders = Executors.newFixedThreadPool(parallelism, new SenderThreads());
  }

  /**
   * @param request the id under which progress is kept
   * @param drop whether namespaces that exist may be replaced
   * @param reached how far earlier attempts came
   * @param parallelism batches under way at a time
   * @param onStage notes a stage before anything of it is done, so that a later attempt goes on
   *     there
   */
  public static MongoRestoreSink open(
      Deployment target,
      TargetLease lease,
      String request,
      boolean drop,
      RestoreStage reached,
      int parallelism,
      Consumer<RestoreStage> onStage) {
    return new MongoRestoreSink(
        target,
        lease,
        UnitProgress.load(target, lease, request),
        TargetAbilities.probe(target),
        drop,
        reached,
        parallelism,
        onStage);
  }

  @Override
  public boolean sequential() {
    return false;
  }

  @Override
  public void begin(List<RestoredCollection> collections) {
    restored = List.copyOf(collections);
    Set<String> existing = namespaces.existing(collections);
    if (reached == RestoreStage.UNTOUCHED && !drop && !existing.isEmpty()) {
      throw notEmpty(existing);
    }
    if (!resumesLoading()) {
      // What exists was allowed to be dropped, or an attempt that ended here has created it.
      onStage.accept(RestoreStage.PREPARING);
      namespaces.drop(TargetNamespaces.named(restored, existing));
      existing = Set.of();
    }
    for (RestoredCollection collection : restored) {
      if (!collection.metadata().isView() && !existing.contains(collection.namespace())) {
        namespaces.create(collection);
      }
    }
    namespaces.look(restored);
    onStage.accept(RestoreStage.LOADING);
  }

  private boolean resumesLoading() {
    return reached == RestoreStage.LOADING;
  }

  @Override
  public CollectionSink open(RestoredCollection collection) {
    return new MongoCollectionSink(
        collection, namespaces, writer, progress, senders, !resumesLoading());
  }

  @Override
  public void finish(MergeReport report) {
    createViews();
  }

  /** Creates the views, which may refer to anything that was restored. */
  private void createViews() {
    List<RestoredCollection> views =
        restored.stream().filter(collection -> collection.metadata().isView()).toList();
    Set<String> existing = resumesLoading() ? namespaces.existing(views) : Set.of();
    views.stream().filter(view -> !existing.contains(view.namespace())).forEach(namespaces::create);
  }

  /** Forgets the progress of a request; its restore is over. */
  public static void forgetProgress(Deployment target, TargetLease lease, String request) {
    UnitProgress.load(target, lease, request).forget();
  }

  private TidemarkException notEmpty(Set<String> existing) {
    String names = existing.stream().limit(LISTED).collect(Collectors.joining(", "));
    String more = existing.size() > LISTED ? " and " + (existing.size() - LISTED) + " more" : "";
    return new TidemarkException(
        RestorerError.TARGET_NOT_EMPTY,
        "Namespaces to be restored exist on the target: " + names + more,
        target.toString(),
        "Restore into an empty target, rename, or send the request again with drop: true and a new"
            + " id");
  }

  @Override
  public void close() {
    senders.shutdownNow();
  }
}
