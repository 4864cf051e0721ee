package dev.tidemark.restorer.sink;

import dev.tidemark.archive.digest.DocumentSum;
import dev.tidemark.oplog.bson.BsonSlice;
import dev.tidemark.restorer.lease.TargetLease;
import dev.tidemark.restorer.merge.RestoredCollection;
import dev.tidemark.restorer.mongo.Deployment;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Puts final images over documents that a target holds already, whatever became of them meanwhile:
 * everything it does may be done again. Used by one thread; batches travel on some others.
 */
public final class ImageWriter implements AutoCloseable {

  private static final int BATCH_BYTES = 6 << 20;

  private final boolean expecting;
  private final ExpectedCollections expected;
  private final BatchWriter writer;
  private final UnitProgress progress;
  private final int batchDocuments;
  private final ExecutorService senders;

  private ImageWriter(
      Deployment target,
      TargetLease lease,
      UnitProgress progress,
      TargetAbilities abilities,
      int parallelism,
      int batchDocuments) {
    this.expecting = abilities.expectsCollections();
    this.expected = new ExpectedCollections(target, abilities.expectsCollections());
    this.writer = new BatchWriter(target, lease, abilities, expected);
    this.progress = progress;
    this.batchDocuments = batchDocuments;
    this.senders = Executors.newFixedThreadPool(parallelism, new SenderThreads());
  }

  /**
   * @param request the id under which it is kept what was written
   * @param parallelism batches under way at a time
   * @param batchDocuments documents in a batch at most
   */
  public static ImageWriter open(
      Deployment target, TargetLease lease, String request, int parallelism, int batchDocuments) {
    return new ImageWriter(
        target,
        lease,
        UnitProgress.load(target, lease, request),
        TargetAbilities.probe(target),
        parallelism,
        batchDocuments);
  }

  /**
   * Whether commands to the target may say which collection they mean by {@code collectionUUID}.
   */
  public boolean expectsCollections() {
    return expecting;
  }

  /** Takes the collections of databases as they are now for those that are meant. */
  public void look(Collection<String> databases) {
    expected.look(databases);
  }

  /** Removes documents, then writes others; returns when a majority has all of it. */
  public void write(
      RestoredCollection collection, List<BsonSlice> written, List<BsonSlice> goneKeys) {
    String name = TargetNamespaces.documentsOf(collection);
    all(goneKeys, batch -> writer.remove(collection.database(), name, batch));
    all(written, batch -> writer.write(collection.database(), name, batch, false, false));
  }

  /** Something that is done to a batch. */
  private interface Sending {
    void send(List<BsonSlice> batch);
  }

  private void all(List<BsonSlice> documents, Sending sending) {
    List<CompletableFuture<Void>> underWay = new ArrayList<>();
    int from = 0;
    int bytes = 0;
    for (int i = 0; i <= documents.size(); i++) {
      boolean full =
          i == documents.size()
              || i - from == batchDocuments
              || bytes + documents.get(i).length() > BATCH_BYTES;
      if (full && i > from) {
        List<BsonSlice> batch = documents.subList(from, i);
        underWay.add(CompletableFuture.runAsync(() -> sending.send(batch), senders));
        from = i;
        bytes = 0;
      }
      bytes += i < documents.size() ? documents.get(i).length() : 0;
    }
    await(underWay);
  }

  /** Waits for all of them, also after a failure: nothing may arrive later. */
  private static void await(List<CompletableFuture<Void>> underWay) {
    RuntimeException first = null;
    for (CompletableFuture<Void> sent : underWay) {
      try {
        sent.join();
      } catch (CompletionException e) {
        RuntimeException failure = e.getCause() instanceof RuntimeException cause ? cause : e;
        first = first == null ? failure : first;
      }
    }
    if (first != null) {
      throw first;
    }
  }

  /** Notes what a unit has written into a namespace, for the report of whoever ends the request. */
  public void note(RestoredCollection collection, String unit, DocumentSum.Digest digest) {
    progress.complete(collection.namespace(), unit, digest);
  }

  /** What all units of the request have written into a namespace. */
  public DocumentSum.Digest noted(RestoredCollection collection) {
    return progress.sum(collection.namespace());
  }

  @Override
  public void close() {
    senders.shutdownNow();
  }
}
