package dev.tidemark.tailer.queue;

import java.util.List;
import org.apache.kafka.connect.source.SourceRecord;

/**
 * Records that are handed on together.
 *
 * @param records in the order of the oplog
 * @param bytes size of their entries
 */
public record RecordBatch(List<SourceRecord> records, long bytes) {}
