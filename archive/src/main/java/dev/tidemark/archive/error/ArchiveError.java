package dev.tidemark.archive.error;

import dev.tidemark.oplog.error.ErrorCode;

/** The failures of reading, writing and planning with an archive. */
public enum ArchiveError implements ErrorCode {
  /** The archive's URL or a setting of it cannot be used. */
  ARCHIVE_CONFIG_INVALID(false),
  /** The bucket or the directory does not exist. */
  ARCHIVE_NOT_FOUND(false),
  /** An object that should exist does not. */
  ARCHIVE_OBJECT_MISSING(false),
  /** The store refuses the credentials or the action. */
  ARCHIVE_ACCESS_DENIED(false),
  /** An object lies in a storage class that has to be thawed before it can be read. */
  ARCHIVE_OBJECT_FROZEN(false),
  /** The store cannot be reached, answers late or answers that it is overloaded. */
  ARCHIVE_UNAVAILABLE(true),
  /** The store refuses a request for another reason, for example one it does not implement. */
  ARCHIVE_REQUEST_REFUSED(false),
  /** The local disk failed: spool file or directory archive. */
  ARCHIVE_DISK_FAILED(true),
  /** A conditional write lost against another writer too often. */
  ARCHIVE_CONFLICT(true),
  /** An object does not hold what it says or what the index says. */
  ARCHIVE_OBJECT_CORRUPT(false),
  /** An object was written by a newer version or by something else. */
  ARCHIVE_FORMAT_UNKNOWN(false),
  /** The roll-up of an hour contradicts the objects. */
  ARCHIVE_INDEX_STALE(false),
  /** The oplog events do not form a chain. */
  ARCHIVE_CHAIN_BROKEN(false),
  /** The same optime stands in the archive with another term or content. */
  ARCHIVE_DIVERGED(false),
  /** The text of a restore target has no known form. */
  ARCHIVE_TARGET_INVALID(false),
  /** The wanted moment cannot be restored from what the archive holds. */
  ARCHIVE_TARGET_UNREACHABLE(false),
  /** The archive holds several clusters and none was named, or the named one is not there. */
  ARCHIVE_CLUSTER_UNKNOWN(false),
  /** The key that decrypts the archive is missing or is another one. */
  ARCHIVE_KEY_WRONG(false),
  /** There is no dump or file at the path. */
  DUMP_MISSING(false),
  /** A dump's file is not what mongodump writes, or is cut off. */
  DUMP_MALFORMED(false),
  /** The dump brings no oplog of its own. */
  DUMP_WITHOUT_OPLOG(false),
  /** The directory that a dump should be written to exists. */
  DUMP_EXISTS(false),
  /** A name in a dump that is written would lead out of it. */
  DUMP_NAME_INVALID(false);

  private final boolean retriable;

  ArchiveError(boolean retriable) {
    this.retriable = retriable;
  }

  /** Whether the same call may succeed later without anybody changing anything. */
  public boolean retriable() {
    return retriable;
  }
}
