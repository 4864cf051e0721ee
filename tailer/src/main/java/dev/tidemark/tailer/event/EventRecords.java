package dev.tidemark.tailer.event;

import dev.tidemark.oplog.bson.BsonSlice;
import dev.tidemark.oplog.entry.OplogEntry;
import dev.tidemark.oplog.optime.Optime;
import dev.tidemark.schemas.connect.OplogEventSchema;
import dev.tidemark.schemas.event.EventKinds;
import dev.tidemark.tailer.cursor.EntryIdentity;
import dev.tidemark.tailer.position.LazyOffset;
import dev.tidemark.tailer.position.SourceOffset;
import java.time.InstantSource;
import java.util.Date;
import java.util.Map;
import java.util.OptionalLong;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.source.SourceRecord;

/**
 * Turns oplog entries and markers into records for Connect, in order, each with the chain and the
 * source offset. Used by the reading thread only.
 */
public final class EventRecords {

  private static final Schema EVENT = OplogEventSchema.CONNECT;
  private static final Field KIND = EVENT.field("kind");
  private static final Field SET_ID = EVENT.field("setId");
  private static final Field SOURCE = EVENT.field("source");
  private static final Field TS = EVENT.field("ts");
  private static final Field TERM = EVENT.field("term");
  private static final Field PREV_TS = EVENT.field("prevTs");
  private static final Field PREV_TERM = EVENT.field("prevTerm");
  private static final Field WALL = EVENT.field("wall");
  private static final Field OBSERVED = EVENT.field("observed");
  private static final Field OP = EVENT.field("op");
  private static final Field NS = EVENT.field("ns");
  private static final Field UI = EVENT.field("ui");
  private static final Field TXN = EVENT.field("txn");
  private static final Field ENTRY = EVENT.field("entry");
  private static final Field LSID = TXN.schema().field("lsid");
  private static final Field TXN_NUMBER = TXN.schema().field("txnNumber");

  private final EventTarget target;
  private final Map<String, String> sourcePartition;
  private final InstantSource clock;
  private final Chain chain;
  private final NameCache names = new NameCache();
  private SourceOffset position;
  private LazyOffset newest;
  private Date observed;

  /**
   * @param position the newest event, or null if there is none yet
   */
  public EventRecords(EventTarget target, SourceOffset position, InstantSource clock) {
    this.target = target;
    this.sourcePartition = target.source().toMap();
    this.clock = clock;
    this.position = position;
    this.chain = new Chain(position);
    this.observed = new Date(clock.millis());
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
    observed = new Date(clock.millis());
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
    Struct event = event(EventKinds.ENTRY, optime, term);
    chain.advance(optime, term);
    OptionalLong wall = entry.wall();
    if (wall.isPresent()) {
      event.put(WALL, new Date(wall.getAsLong()));
    }
    event.put(OP, entry.op());
    event.put(NS, entry.namespace());
    event.put(UI, names.text(entry.collection()));
    if (entry.lsid() != null && entry.txnNumber().isPresent()) {
      event.put(TXN, transaction(entry.lsid(), entry.txnNumber().getAsLong()));
    }
    BsonSlice raw = entry.raw();
    // A copy of its own, so that one late entry does not keep a whole reply in memory.
    event.put(ENTRY, raw.toByteArray());
    newest = new LazyOffset(optime, term, EntryIdentity.hash(raw), target.partition());
    return new OplogRecord(
        sourcePartition,
        newest,
        target.topic(),
        target.partition(),
        entry.namespace(),
        event,
        wall.orElse(observed.getTime()),
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
    return marker(event(EventKinds.HEARTBEAT, complete.value(), term), new LazyOffset(position()));
  }

  private SourceRecord marker(String kind, Optime optime, long term, SourceOffset offset) {
    Struct event = event(kind, optime.value(), term);
    newest = new LazyOffset(offset);
    return marker(event, newest);
  }

  private Struct event(String kind, long optime, long term) {
    return new Struct(EVENT)
        .put(KIND, kind)
        .put(SET_ID, target.source().setId())
        .put(SOURCE, target.source().replicaSet())
        .put(TS, optime)
        .put(TERM, term)
        .put(PREV_TS, chain.prevTs())
        .put(PREV_TERM, chain.prevTerm())
        .put(OBSERVED, observed)
        .put(OP, "")
        .put(NS, "");
  }

  private static Struct transaction(BsonSlice lsid, long number) {
    return new Struct(TXN.schema()).put(LSID, lsid.toByteArray()).put(TXN_NUMBER, number);
  }

  private SourceRecord marker(Struct event, LazyOffset offset) {
    return new OplogRecord(
        sourcePartition,
        offset,
        target.topic(),
        target.partition(),
        "",
        event,
        observed.getTime(),
        false);
  }
}
