package dev.tidemark.tailer.event;

import dev.tidemark.oplog.bson.BsonSlice;
import dev.tidemark.oplog.entry.OplogEntry;
import dev.tidemark.oplog.optime.Optime;
import dev.tidemark.schemas.event.EventKinds;
import dev.tidemark.schemas.event.OplogEventEncoder;
import dev.tidemark.schemas.event.OplogEventHead;
import dev.tidemark.schemas.event.OplogEventView;
import dev.tidemark.tailer.cursor.EntryIdentity;
import dev.tidemark.tailer.position.LazyOffset;
import dev.tidemark.tailer.position.SourceOffset;
import java.time.InstantSource;
import java.util.Map;
import org.apache.kafka.connect.source.SourceRecord;

/**
 * Turns oplog entries and markers into records for Connect, in order, each with the chain and the
 * source offset. Used by the reading thread only.
 */
public final class EventRecords {

  private final EventTarget target;
  private final Map<String, String> sourcePartition;
  private final InstantSource clock;
  private final Chain chain;
  private final NameCache names = new NameCache();
  private final OplogEventEncoder encoder;
  private SourceOffset position;
  private LazyOffset newest;
  private long observed;

  /**
   * @param position the newest event, or null if there is none yet
   */
  public EventRecords(EventTarget target, SourceOffset position, InstantSource clock) {
    this.target = target;
    this.sourcePartition = target.source().toMap();
    this.clock = clock;
    this.position = position;
    this.chain = new Chain(position);
    this.observed = clock.millis();
    this.encoder = new OplogEventEncoder(target.source().setId(), target.source().replicaSet());
  }

  /** The newest event's position, or null if there is none yet. */
  public SourceOffset position() {
    if (newest != null) {
      position = newest.offset();
      newest = null;
    }
    return position;
  }

  /** Reads the clock for the records that follow: those of one reply were observed together. */
  public void observe() {
    observed = clock.millis();
  }

  /**
   * The record of an entry.
   *
   * @throws dev.tidemark.oplog.error.TidemarkException if the entry cannot be read or is out of
   *     order
   */
  public SourceRecord entry(OplogEntry entry) {
    long optime = entry.optime().value();
    long term = entry.term();
    long prevTs = chain.prevTs();
    long prevTerm = chain.prevTerm();
    chain.advance(optime, term);
    long wall = entry.wall().orElse(OplogEventView.NO_WALL);
    boolean session = entry.lsid() != null && entry.txnNumber().isPresent();
    OplogEventHead head =
        new OplogEventHead(
            EventKinds.ENTRY,
            optime,
            term,
            prevTs,
            prevTerm,
            wall,
            observed,
            entry.op(),
            entry.namespace(),
            names.text(entry.collection()),
            session ? entry.lsid().toByteArray() : null,
            session ? entry.txnNumber().getAsLong() : 0);
    BsonSlice raw = entry.raw();
    // A copy of its own, so that one late entry does not keep a whole reply in memory.
    byte[] event = encoder.entry(head, raw.array(), raw.offset(), raw.length());
    newest = new LazyOffset(optime, term, EntryIdentity.hash(raw), target.partition());
    return new OplogRecord(
        sourcePartition,
        newest,
        target.topic(),
        target.partition(),
        entry.namespace(),
        event,
        entry.wall().orElse(observed),
        true);
  }

  /** The marker that capture begins at an entry, which follows. */
  public SourceRecord start(Optime first, long term) {
    chain.breakOff();
    return marker(
        EventKinds.START,
        first,
        term,
        new SourceOffset(first, term, null, target.partition(), SourceOffset.State.START));
  }

  /** The marker that everything between the newest entry and another one is lost. */
  public SourceRecord gap(Optime next, long term) {
    SourceOffset last = position();
    SourceRecord record =
        marker(
            EventKinds.GAP,
            next,
            term,
            new SourceOffset(
                last.optime(),
                last.term(),
                last.hash(),
                target.partition(),
                last.state() == SourceOffset.State.START ? last.state() : SourceOffset.State.GAP));
    chain.breakOff();
    return record;
  }

  /**
   * The heartbeat that no entry up to and including an optime will follow, or null if the newest
   * entry says more.
   */
  public SourceRecord heartbeat(Optime complete, long term) {
    if (!chain.covers(complete)) {
      return null;
    }
    return marker(EventKinds.HEARTBEAT, complete, term, new LazyOffset(position()));
  }

  private SourceRecord marker(String kind, Optime optime, long term, SourceOffset offset) {
    newest = new LazyOffset(offset);
    return marker(kind, optime, term, newest);
  }

  private SourceRecord marker(String kind, Optime optime, long term, LazyOffset offset) {
    OplogEventHead head =
        new OplogEventHead(
            kind,
            optime.value(),
            term,
            chain.prevTs(),
            chain.prevTerm(),
            OplogEventView.NO_WALL,
            observed,
            "",
            "",
            null,
            null,
            0);
    return new OplogRecord(
        sourcePartition,
        offset,
        target.topic(),
        target.partition(),
        "",
        encoder.marker(head),
        observed,
        false);
  }
}
