package dev.tidemark.restorer.sink;

import dev.tidemark.archive.digest.DocumentSum;
import dev.tidemark.restorer.merge.CollectionSink;
import dev.tidemark.restorer.merge.RestoredCollection;
import dev.tidemark.restorer.merge.UnitSink;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;

/** The documents of one collection on their way into a deployment. */
final class MongoCollectionSink implements CollectionSink {

  private final RestoredCollection collection;
  private final TargetNamespaces namespaces;
  private final BatchWriter writer;
  private final UnitProgress progress;
  private final Executor senders;
  private final boolean fresh;

  /**
   * @param fresh whether no earlier attempt can have written into the collection
   */
  MongoCollectionSink(
      RestoredCollection collection,
      TargetNamespaces namespaces,
      BatchWriter writer,
      UnitProgress progress,
      Executor senders,
      boolean fresh) {
    this.collection = collection;
    this.namespaces = namespaces;
    this.writer = writer;
    this.progress = progress;
    this.senders = senders;
    this.fresh = fresh;
  }

  @Override
  public Optional<DocumentSum.Digest> completed(String unit) {
    return progress.completed(collection.namespace(), unit);
  }

  @Override
  public UnitSink unit(String unit) {
    boolean capped = collection.metadata().isCapped();
    boolean insert = fresh;
    if (capped && !fresh) {
      // Its documents cannot be replaced one by one: their order is data. It is one unit.
      namespaces.drop(List.of(collection));
      namespaces.create(collection);
      namespaces.look(List.of(collection));
      insert = true;
    }
    return new MongoUnitSink(collection, unit, writer, progress, senders, insert, capped);
  }

  @Override
  public void close() {
    // Every unit ends by itself.
  }
}
