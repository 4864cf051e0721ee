package dev.tidemark.oplog.txn;

import dev.tidemark.oplog.optime.Optime;

/**
 * A transaction that is neither committed nor aborted yet.
 *
 * @param first the optime of the first entry seen of it
 * @param last the optime of the last entry seen of it
 * @param prepared whether {@code last} prepares it, so that its fate may be decided elsewhere
 * @param operations how many operations are buffered
 */
public record OpenTransaction(
    TransactionId id, Optime first, Optime last, boolean prepared, long operations) {}
