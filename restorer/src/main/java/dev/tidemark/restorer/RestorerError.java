package dev.tidemark.restorer;

import dev.tidemark.oplog.error.ErrorCode;

/** Stable codes of what can go wrong while snapshots are taken and restores are carried out. */
public enum RestorerError implements ErrorCode {
  /** The configuration of the worker is incomplete or contradicts itself. */
  RESTORER_CONFIG_INVALID,
  /** A request could not be decoded or lacks a field. */
  REQUEST_MALFORMED,
  /** A request names a cluster that the worker's configuration does not know. */
  REQUEST_UNKNOWN_CLUSTER,
  /** A request names a target that the worker's configuration does not know. */
  REQUEST_UNKNOWN_TARGET,
  /** The request's id was used before with another content. */
  REQUEST_ID_REUSED,
  /** The request is old and nothing is known about it, so it may have been carried out before. */
  REQUEST_TOO_OLD,
  /** A request names a database or collection that does not exist at the wanted moment. */
  REQUEST_UNKNOWN_NAMESPACE,
  /** The request was cancelled. */
  REQUEST_CANCELLED,
  /** Something that was asked for is not supported. */
  REQUEST_NOT_SUPPORTED,
  /** No archive covers the time that was asked for. */
  RESTORE_NOT_POSSIBLE,
  /** The wanted optime lies before the end of the base, so the base does not show it. */
  MERGE_TARGET_BEFORE_BASE,
  /** The entries end before the wanted optime. */
  MERGE_OPLOG_TOO_SHORT,
  /** The times between which the base is said to have been read contradict each other. */
  MERGE_TIMES_CONTRADICT,
  /** Updates remain that neither the base nor another entry explains. */
  MERGE_BASE_INCOMPLETE,
  /** Nothing takes effect at an optime, or in a range, that was to be left out. */
  UNDO_NO_SUCH_ENTRY,
  /** What was to be left out lies before the base's end, so the base may show it. */
  UNDO_BEFORE_BASE_END,
  /** What was to be left out cannot be separated from what stays. */
  UNDO_REFUSED,
  /** What an undo revives has a name that is in use at the restored moment. */
  UNDO_NAME_IN_USE,
  /** What the restore would write into exists already. */
  TARGET_NOT_EMPTY,
  /** The target is the replica set whose archive is restored. */
  TARGET_IS_SOURCE,
  /** The target deployment does not answer. */
  TARGET_UNREACHABLE,
  /** The target deployment refuses the worker's account. */
  TARGET_NOT_AUTHORIZED,
  /** The target deployment accepts no writes. */
  TARGET_NOT_WRITABLE,
  /** Another restore holds the target. */
  TARGET_BUSY,
  /** The worker could not keep its lease on the target. */
  TARGET_LEASE_LOST,
  /** The target refused a write. */
  TARGET_WRITE_FAILED,
  /** An index could not be built on the restored data. */
  TARGET_INDEX_FAILED,
  /** What was read back from the target is not what was written. */
  VERIFICATION_FAILED,
  /** The base of a roll forward does not continue in the archive. */
  ROLL_FORWARD_BASE_MISMATCH,
  /** The source deployment does not answer. */
  SOURCE_UNREACHABLE,
  /** The source deployment refuses the worker's account. */
  SOURCE_NOT_AUTHORIZED,
  /** The source answered a command with an error. */
  SOURCE_COMMAND_FAILED,
  /** The source is no replica set member that can be read with read concern majority. */
  SOURCE_NOT_A_REPLICA_SET,
  /** The source's oplog no longer held what a snapshot needs. */
  SNAPSHOT_OPLOG_ROLLED_OVER,
  /** The oplog's end of a snapshot did not become majority committed in time. */
  SNAPSHOT_END_NOT_REACHED,
  /** Nothing is archived behind the newest snapshot that a synthetic one could be made of. */
  SNAPSHOT_UP_TO_DATE,
  /** The base that was to be registered does not fit the archive. */
  SNAPSHOT_REGISTER_FAILED,
  /** The dump that was to be imported is incomplete or unreadable. */
  SNAPSHOT_IMPORT_FAILED,
  /** A snapshot or a restore that a drill asked for did not succeed. */
  DRILL_REQUEST_FAILED,
  /** What a drill wrote did not arrive on Kafka in time. */
  DRILL_NOT_CAPTURED,
  /** What a drill wrote was not archived in time. */
  DRILL_NOT_ARCHIVED,
  /** What a drill restored is not what it had written. */
  DRILL_STATE_DIFFERS,
  /** Reading or writing a local file failed. */
  LOCAL_FILE_FAILED,
  /** Talking to Kafka failed. */
  KAFKA_FAILED,
  /** A failure of the program itself. */
  INTERNAL_ERROR
}
