package dev.tidemark.embedded.mongo.command;

import dev.tidemark.embedded.mongo.bson.RawDocument;
import dev.tidemark.embedded.mongo.oplog.OplogStore;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/** The state of a read that goes over several batches. Used by one command at a time. */
abstract class Cursor {

  /** Replies stay well below the limit of a message. */
  private static final int MAX_BATCH_BYTES = 16 * 1024 * 1024;

  /**
   * Up to that many documents, at least one if there is any; 0 means as many as fit a message.
   *
   * @throws dev.tidemark.embedded.mongo.wire.CommandFailure if the cursor's place is lost
   */
  abstract List<RawDocument> batch(int size);

  abstract boolean isExhausted();

  abstract String namespace();

  /** Waits for more; only a tailable cursor has anything to wait for. */
  void await(long millis, OplogStore.Interrupt interrupt) throws InterruptedException {}

  /** Where a change stream stands after its last batch; null for every other cursor. */
  RawDocument resumeToken() {
    return null;
  }

  /** Takes a batch from an iterator, by count and bytes. */
  static List<RawDocument> take(Iterator<RawDocument> from, int size) {
    List<RawDocument> batch = new ArrayList<>();
    long bytes = 0;
    while ((size == 0 || batch.size() < size) && bytes < MAX_BATCH_BYTES && from.hasNext()) {
      RawDocument document = from.next();
      batch.add(document);
      bytes += document.length();
    }
    return batch;
  }
}
