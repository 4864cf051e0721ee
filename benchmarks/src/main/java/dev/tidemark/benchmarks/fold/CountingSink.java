package dev.tidemark.benchmarks.fold;

import dev.tidemark.archive.digest.DocumentSum;
import dev.tidemark.oplog.bson.BsonSlice;
import dev.tidemark.restorer.merge.CollectionSink;
import dev.tidemark.restorer.merge.MergeReport;
import dev.tidemark.restorer.merge.RestoreSink;
import dev.tidemark.restorer.merge.RestoredCollection;
import dev.tidemark.restorer.merge.UnitSink;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;

/** Adds up the field {@code n} of all documents and keeps nothing. */
final class CountingSink implements RestoreSink {

  private final LongAdder sum = new LongAdder();

  long sum() {
    return sum.sum();
  }

  @Override
  public boolean sequential() {
    return false;
  }

  @Override
  public void begin(List<RestoredCollection> collections) {
    // Nothing to create.
  }

  @Override
  public CollectionSink open(RestoredCollection collection) {
    return new CollectionSink() {
      @Override
      public UnitSink unit(String unit) {
        return new Unit();
      }

      @Override
      public void close() {
        // Nothing is open.
      }
    };
  }

  @Override
  public void finish(MergeReport report) {
    // Nothing to build.
  }

  private final class Unit implements UnitSink {

    @Override
    public void write(BsonSlice document) {
      sum.add(document.find("n").int64());
    }

    @Override
    public void complete(DocumentSum.Digest digest) {
      // Nothing to wait for.
    }

    @Override
    public void close() {
      // Nothing is open.
    }
  }
}
