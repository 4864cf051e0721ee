package dev.tidemark.restorer.snapshot;

import dev.tidemark.archive.digest.DocumentSum;
import dev.tidemark.archive.key.ReplicaSetRef;
import dev.tidemark.archive.snapshot.StoredObject;
import dev.tidemark.oplog.optime.Optime;
import java.util.List;

/**
 * Everything of a snapshot that lies in the archive before its manifest is written.
 *
 * @param set the replica set that was read
 * @param member the member that was read last, host:port
 * @param serverVersion its version
 * @param featureVersion its feature compatibility version; empty if it does not tell
 * @param fetchStart from where the oplog is needed to fill transactions
 * @param start every write up to here is in the documents
 * @param end no write after this is in the documents
 * @param collections what was stored
 * @param oplogObject the object with the entries from {@code fetchStart} to {@code end}
 * @param oplog digest of those entries
 */
record TakenSnapshot(
    ReplicaSetRef set,
    String member,
    String serverVersion,
    String featureVersion,
    Optime fetchStart,
    Optime start,
    Optime end,
    List<StoredCollection> collections,
    StoredObject oplogObject,
    DocumentSum.Digest oplog) {}
