package dev.tidemark.restorer.restore;

import dev.tidemark.archive.chain.Chain;
import dev.tidemark.archive.chain.ChainPosition;
import dev.tidemark.archive.dump.DocumentWriter;
import dev.tidemark.archive.key.ReplicaSetRef;
import dev.tidemark.archive.plan.OplogTail;
import dev.tidemark.oplog.bson.BsonSlice;
import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.oplog.optime.Optime;
import dev.tidemark.restorer.RestorerError;
import dev.tidemark.schemas.archive.SegmentIndexEntry;
import dev.tidemark.schemas.event.EventKinds;
import dev.tidemark.schemas.event.OplogEventReader;
import dev.tidemark.schemas.event.OplogEventView;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes a replica set's events in the order of the topic and keeps the entries that are in chain.
 * Not thread-safe.
 */
final class TailSpool implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(TailSpool.class);

  private final Path file;
  private final ReplicaSetRef set;
  private final Chain chain;
  private final DocumentWriter out;
  private Optime completeFrom;
  private ChainPosition last;
  private Optime complete;
  private long entries;
  private long bytes;
  private boolean behindGap;
  private boolean ended;

  TailSpool(Path file, ReplicaSetRef set, Chain chain) throws IOException {
    this.file = file;
    this.set = set;
    this.chain = chain;
    this.last = chain.last();
    this.complete = last.optime();
    this.out = new DocumentWriter(Files.newOutputStream(file));
  }

  void accept(ConsumerRecord<byte[], byte[]> record, OplogEventReader events) throws IOException {
    OplogEventView event = read(record, events);
    if (ended || event == null || !event.setId().equals(set.setId())) {
      return;
    }
    switch (chain.next(event)) {
      case NEXT -> next(record, event);
      case FOUND -> found(record, event);
      case HEARTBEAT -> heartbeat(event);
      case DIVERGENCE -> throw diverged(record, event);
      case DUPLICATE, OUT_OF_CHAIN -> LOG.trace("{}: passed over an event", set);
    }
  }

  private void next(ConsumerRecord<byte[], byte[]> record, OplogEventView event)
      throws IOException {
    if (event.kind().equals(EventKinds.GAP)) {
      LOG.warn("{}: a gap in the topic at offset {}", set, record.offset());
      behindGap = true;
    } else if (behindGap) {
      // It does not continue what came before.
      ended = true;
    } else if (event.kind().equals(EventKinds.START)) {
      completeFrom = new Optime(event.ts());
      last = chain.last();
    } else {
      append(event);
    }
  }

  private void found(ConsumerRecord<byte[], byte[]> record, OplogEventView event)
      throws IOException {
    LOG.info("{}: the gap in the topic ends at offset {}, nothing is lost", set, record.offset());
    behindGap = false;
    append(event);
  }

  private void heartbeat(OplogEventView event) {
    if (!behindGap) {
      complete = later(complete, new Optime(event.ts()));
    }
  }

  private void append(OplogEventView event) throws IOException {
    ByteBuffer entry = event.entry();
    byte[] raw = new byte[entry.remaining()];
    entry.duplicate().get(raw);
    out.write(BsonSlice.of(raw));
    entries++;
    bytes += raw.length;
    last = chain.last();
    complete = later(complete, new Optime(event.ts()));
  }

  /** No entry up to here is missing. */
  Optime complete() {
    return complete;
  }

  /**
   * Whether a gap marker came last, so that the tail goes on only if what was lost is found again.
   */
  boolean isBehindGap() {
    return behindGap;
  }

  /** Whether what comes next in the topic does not belong to this tail. */
  boolean ended() {
    return ended;
  }

  /** The tail; empty if the topic holds nothing of the set. */
  Optional<OplogTail> finish(Optional<SegmentIndexEntry> newest) throws IOException {
    out.close();
    Optime from =
        newest.map(segment -> new Optime(segment.getLastTs()).next()).orElse(completeFrom);
    return from == null
        ? Optional.empty()
        : Optional.of(new SpooledTail(file, from, last, complete, entries, bytes));
  }

  private static OplogEventView read(
      ConsumerRecord<byte[], byte[]> record, OplogEventReader events) {
    try {
      return events.read(record.value()).view();
    } catch (SerializationException e) {
      // If it was one of this set's, the chain rule finds it missing.
      LOG.warn(
          "Passing over the record at {}-{} offset {}: {}",
          record.topic(),
          record.partition(),
          record.offset(),
          e.getMessage());
      return null;
    }
  }

  private TidemarkException diverged(ConsumerRecord<byte[], byte[]> record, OplogEventView event) {
    return new TidemarkException(
        RestorerError.RESTORE_NOT_POSSIBLE,
        "The topic holds another history of the set than the archive from "
            + new Optime(event.ts())
            + " on",
        set + ", " + record.topic() + "-" + record.partition() + " offset " + record.offset(),
        "Restore to an optime before that, or take a new snapshot");
  }

  private static Optime later(Optime one, Optime other) {
    return one.isBefore(other) ? other : one;
  }

  @Override
  public void close() throws IOException {
    out.close();
  }
}
