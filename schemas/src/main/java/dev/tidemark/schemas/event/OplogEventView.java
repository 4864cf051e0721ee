package dev.tidemark.schemas.event;

import java.nio.ByteBuffer;

/**
 * What readers of the topic need of an event, with the oplog entry left where it was read.
 *
 * <p>Immutable as long as nobody writes into the array behind {@link #entry()}.
 *
 * @param kind one of {@link EventKinds}
 * @param setId the replica set's ObjectId, 24 hex digits
 * @param source the replica set's name
 * @param ts optime, unsigned
 * @param term election term, -1 if unknown
 * @param prevTs the chain: optime of the source's previous entry, 0 if there is none
 * @param prevTerm the chain: its term
 * @param wall the source's clock in milliseconds, or {@link #NO_WALL}
 * @param observed the tailer's clock in milliseconds
 * @param op kind of the oplog entry, empty on markers
 * @param ns namespace, empty on markers
 * @param entry the raw BSON bytes, a view of the event's own bytes; null on markers
 */
public record OplogEventView(
    String kind,
    String setId,
    String source,
    long ts,
    long term,
    long prevTs,
    long prevTerm,
    long wall,
    long observed,
    String op,
    String ns,
    ByteBuffer entry) {

  /** The entry carries no wall clock. */
  public static final long NO_WALL = Long.MIN_VALUE;

  public boolean isEntry() {
    return kind.equals(EventKinds.ENTRY);
  }

  public boolean isHeartbeat() {
    return kind.equals(EventKinds.HEARTBEAT);
  }

  /** A start of capture or a gap. */
  public boolean isMarker() {
    return kind.equals(EventKinds.START) || kind.equals(EventKinds.GAP);
  }
}
