package dev.tidemark.restorer.merge;

import dev.tidemark.archive.dump.DocumentStream;
import dev.tidemark.oplog.bson.BsonCursor;
import dev.tidemark.oplog.bson.BsonSlice;
import dev.tidemark.oplog.key.DocumentKey;
import dev.tidemark.restorer.merge.DocumentOperation.Kind;
import java.io.IOException;

/**
 * Streams the base: documents that no entry touches go straight to the target, the others into the
 * overlay. Thread-safe: ranges may be loaded in parallel.
 */
final class BaseLoad {

  /** How many bytes are read between two reports of progress. */
  private static final long REPORT_EVERY = 4 << 20;

  private final Overlay overlay;
  private final MergeListener listener;

  BaseLoad(Overlay overlay, MergeListener listener) {
    this.overlay = overlay;
    this.listener = listener;
  }

  void load(CollectionRun run, BaseRange range) throws IOException {
    try (DocumentStream documents = range.open();
        UnitWriter untouched = new UnitWriter(run, "range-" + range.id(), listener)) {
      long watermark = range.watermark().value();
      long place = 0;
      long unreported = 0;
      for (BsonSlice document = documents.next(); document != null; document = documents.next()) {
        if (isTouched(run, document, place++, watermark)) {
          unreported += document.length();
        } else {
          untouched.write(document);
          unreported += document.length();
        }
        if (unreported >= REPORT_EVERY) {
          listener.onBaseBytes(unreported);
          unreported = 0;
        }
      }
      listener.onBaseBytes(unreported);
      untouched.complete();
    }
  }

  private boolean isTouched(CollectionRun run, BsonSlice document, long place, long watermark)
      throws IOException {
    if (run.isUntouched()) {
      return false;
    }
    BsonCursor id = document.find("_id");
    if (id == null && run.capped().isEmpty()) {
      // No entry can name it.
      return false;
    }
    long hash = id == null ? place : DocumentKey.of(id).hash64();
    if (!run.touches(hash)) {
      return false;
    }
    overlay.accept(
        new DocumentOperation(Kind.LOAD, run.number(), hash, watermark, place, document, document));
    return true;
  }
}
