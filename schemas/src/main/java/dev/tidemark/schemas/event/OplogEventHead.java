package dev.tidemark.schemas.event;

/**
 * What an event says besides its set and the entry itself: the fields of {@link OplogEvent} of the
 * same names.
 *
 * @param kind one of {@link EventKinds}
 * @param ts optime, unsigned
 * @param term election term, -1 if unknown
 * @param prevTs the chain: optime of the source's previous entry, 0 if there is none
 * @param prevTerm the chain: its term
 * @param wall the source's clock in milliseconds, or {@link OplogEventView#NO_WALL}
 * @param observed the tailer's clock in milliseconds
 * @param op kind of the oplog entry, empty on markers
 * @param ns namespace, empty on markers
 * @param ui the collection's UUID in its text form, or null
 * @param lsid raw BSON of the session's id, or null outside of sessions
 * @param txnNumber the session's number, if there is an {@code lsid}
 */
public record OplogEventHead(
    String kind,
    long ts,
    long term,
    long prevTs,
    long prevTerm,
    long wall,
    long observed,
    String op,
    String ns,
    String ui,
    byte[] lsid,
    long txnNumber) {}
