package dev.tidemark.restorer.rollforward;

import dev.tidemark.oplog.bson.BsonSlice;
import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.oplog.key.DocumentKey;
import dev.tidemark.restorer.RestorerError;
import dev.tidemark.restorer.merge.Window;
import dev.tidemark.restorer.mongo.Deployment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Compares what is on a target with the images that were written. */
final class WrittenCheck {

  private final Deployment target;
  private final int batch;

  /**
   * @param batch documents that are read at a time
   */
  WrittenCheck(Deployment target, int batch) {
    this.target = target;
    this.batch = batch;
  }

  /**
   * Reads every document of a window.
   *
   * @throws TidemarkException VERIFICATION_FAILED if one is not what was written
   */
  void run(Window window) {
    TargetDocuments documents = TargetDocuments.from(target);
    for (Window.Images images : window.collections()) {
      Map<DocumentKey, BsonSlice> expected = new HashMap<>();
      images.written().forEach(image -> expected.put(DocumentKey.ofDocument(image), image));
      List<BsonSlice> keys = new ArrayList<>(images.written());
      keys.addAll(images.gone());
      long[] others = {0};
      for (int from = 0; from < keys.size(); from += batch) {
        documents.read(
            images.collection(),
            keys.subList(from, Math.min(keys.size(), from + batch)),
            found -> {
              if (!found.equals(expected.remove(DocumentKey.ofDocument(found)))) {
                others[0]++;
              }
              return true;
            });
      }
      if (others[0] > 0 || !expected.isEmpty()) {
        throw new TidemarkException(
            RestorerError.VERIFICATION_FAILED,
            "What was read back differs from what was written: "
                + (others[0] + expected.size())
                + " documents of "
                + images.collection().namespace(),
            target.toString(),
            "Make sure that nobody else writes into the target, then bring the base back as it was"
                + " taken and roll it forward again, with a new request id");
      }
    }
  }
}
