package dev.tidemark.restorer.sink;

import dev.tidemark.archive.digest.DocumentSum;
import dev.tidemark.oplog.bson.BsonSlice;
import dev.tidemark.restorer.merge.RestoredCollection;
import dev.tidemark.restorer.merge.UnitSink;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;

/**
 * Collects the documents of one unit into batches and keeps a few of them under way. Used by one
 * thread.
 */
final class MongoUnitSink implements UnitSink {

  /** Well under what a server takes in one command, so that few bytes are in memory. */
  private static final int BATCH_BYTES = 6 << 20;

  private static final int BATCH_DOCUMENTS = 100_000;
  private static final int UNDER_WAY = 2;

  private final RestoredCollection collection;
  private final String unit;
  private final BatchWriter writer;
  private final UnitProgress progress;
  private final Executor senders;
  private final boolean insert;
  private final boolean ordered;
  private final Deque<CompletableFuture<Void>> underWay = new ArrayDeque<>();
  private List<BsonSlice> batch = new ArrayList<>();
  private int batchBytes;

  MongoUnitSink(
      RestoredCollection collection,
      String unit,
      BatchWriter writer,
      UnitProgress progress,
      Executor senders,
      boolean insert,
      boolean ordered) {
    this.collection = collection;
    this.unit = unit;
    this.writer = writer;
    this.progress = progress;
    this.senders = senders;
    this.insert = insert;
    this.ordered = ordered;
  }

  @Override
  public void write(BsonSlice document) {
    if (!batch.isEmpty()
        && (batchBytes + document.length() > BATCH_BYTES || batch.size() == BATCH_DOCUMENTS)) {
      send();
    }
    batch.add(document);
    batchBytes += document.length();
  }

  private void send() {
    List<BsonSlice> documents = batch;
    batch = new ArrayList<>();
    batchBytes = 0;
    while (underWay.size() >= (ordered ? 1 : UNDER_WAY)) {
      await(underWay.removeFirst());
    }
    underWay.addLast(
        CompletableFuture.runAsync(
            () ->
                writer.write(
                    collection.database(),
                    TargetNamespaces.documentsOf(collection),
                    documents,
                    insert,
                    ordered),
            senders));
  }

  @Override
  public void complete(DocumentSum.Digest digest) {
    if (!batch.isEmpty()) {
      send();
    }
    while (!underWay.isEmpty()) {
      await(underWay.removeFirst());
    }
    progress.complete(collection.namespace(), unit, digest);
  }

  private static void await(CompletableFuture<Void> sent) {
    try {
      sent.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw e;
    }
  }

  @Override
  public void close() {
    // After a failure: nothing of this unit may arrive later, beside what is written instead.
    while (!underWay.isEmpty()) {
      underWay.removeFirst().handle((done, failure) -> null).join();
    }
  }
}
