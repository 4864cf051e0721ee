package dev.tidemark.tailer.reader;

import dev.tidemark.tailer.queue.RecordBatch;
import dev.tidemark.tailer.queue.RecordQueue;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.connect.source.SourceRecord;

/**
 * Cuts a stream of records into batches for the queue. A marker shares its batch with the entry
 * behind it, so that both become visible in one transaction. Used by the reading thread only.
 */
public final class BatchWriter {

  private final RecordQueue queue;
  private final int maxBytes;
  private List<SourceRecord> records = new ArrayList<>();
  private long bytes;

  public BatchWriter(RecordQueue queue, int maxBytes) {
    this.queue = queue;
    this.maxBytes = maxBytes;
  }

  /**
   * Adds a record to the current batch, which is queued first if it would grow too large.
   *
   * @param size bytes of the record's entry, 0 for a marker
   */
  void add(SourceRecord record, int size) throws InterruptedException {
    if (bytes > 0 && bytes + size > maxBytes) {
      flush();
    }
    records.add(record);
    bytes += size;
  }

  /** Queues what was added. */
  void flush() throws InterruptedException {
    if (!records.isEmpty()) {
      RecordBatch batch = new RecordBatch(records, bytes);
      records = new ArrayList<>(records.size());
      bytes = 0;
      queue.put(batch);
    }
  }
}
