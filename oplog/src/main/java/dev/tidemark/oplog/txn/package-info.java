/**
 * From the entries of a replica set to the operations that take effect: {@code applyOps} in all its
 * forms, commits and aborts.
 */
package dev.tidemark.oplog.txn;
