package dev.tidemark.restorer.materialize;

import dev.tidemark.archive.digest.DocumentSum;
import dev.tidemark.archive.dump.DocumentWriter;
import dev.tidemark.archive.dump.DumpWriter;
import dev.tidemark.archive.dump.SnapshotTimes;
import dev.tidemark.oplog.bson.BsonSlice;
import dev.tidemark.restorer.merge.CollectionSink;
import dev.tidemark.restorer.merge.MergeReport;
import dev.tidemark.restorer.merge.RestoreSink;
import dev.tidemark.restorer.merge.RestoredCollection;
import dev.tidemark.restorer.merge.UnitSink;
import java.io.IOException;
import java.util.List;

/** Writes the restored state as a dump of the target optime. The caller closes the writer. */
public final class DumpSink implements RestoreSink {

  private static final String BUCKETS = "system.buckets.";

  private final DumpWriter writer;

  public DumpSink(DumpWriter writer) {
    this.writer = writer;
  }

  /** A collection is one file. */
  @Override
  public boolean sequential() {
    return true;
  }

  @Override
  public void begin(List<RestoredCollection> collections) throws IOException {
    for (RestoredCollection collection : collections) {
      writer.metadata(collection.database(), collection.name(), collection.metadata());
    }
  }

  @Override
  public CollectionSink open(RestoredCollection collection) throws IOException {
    String file =
        collection.metadata().isTimeseries() ? BUCKETS + collection.name() : collection.name();
    return new FileSink(writer.documents(collection.database(), file));
  }

  @Override
  public void finish(MergeReport report) throws IOException {
    writer.finish(SnapshotTimes.at(report.target()));
  }

  private record FileSink(DocumentWriter documents) implements CollectionSink {

    @Override
    public UnitSink unit(String unit) {
      return new UnitSink() {
        @Override
        public void write(BsonSlice document) throws IOException {
          documents.write(document);
        }

        @Override
        public void complete(DocumentSum.Digest digest) {
          // The dump appears as a whole or not at all, so parts of it need not be kept.
        }

        @Override
        public void close() {
          // The file is closed with its collection.
        }
      };
    }

    @Override
    public void close() throws IOException {
      documents.close();
    }
  }
}
