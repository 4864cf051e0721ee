package dev.tidemark.restorer.merge;

import dev.tidemark.archive.digest.DocumentSum;
import dev.tidemark.archive.digest.DocumentSum.Digest;
import dev.tidemark.oplog.bson.BsonSlice;
import java.io.Closeable;
import java.io.IOException;
import java.util.Optional;

/**
 * Writes one unit of a collection and adds it up; a unit that an earlier attempt completed is only
 * counted. The sink hears of a unit when its first document comes. Not thread-safe.
 */
final class UnitWriter implements Closeable {

  private final CollectionRun run;
  private final String unit;
  private final Optional<Digest> earlier;
  private final MergeListener listener;
  private final DocumentSum sum = new DocumentSum();
  private UnitSink sink;

  UnitWriter(CollectionRun run, String unit, MergeListener listener) {
    this.run = run;
    this.unit = unit;
    this.earlier = run.sink().completed(unit);
    this.listener = listener;
  }

  void write(BsonSlice document) throws IOException {
    if (earlier.isPresent()) {
      return;
    }
    if (sink == null) {
      sink = run.sink().unit(unit);
    }
    sink.write(document);
    sum.add(document);
    listener.onWritten(1, document.length());
  }

  /** The unit is whole. */
  void complete() throws IOException {
    if (sink != null) {
      sink.complete(sum.digest());
    }
    run.add(earlier.orElseGet(sum::digest));
  }

  @Override
  public void close() throws IOException {
    if (sink != null) {
      sink.close();
    }
  }
}
