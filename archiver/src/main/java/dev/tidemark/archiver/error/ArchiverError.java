package dev.tidemark.archiver.error;

import dev.tidemark.oplog.error.ErrorCode;

/** What can go wrong in the archiver. */
public enum ArchiverError implements ErrorCode {
  /** A setting is missing or wrong. */
  ARCHIVER_CONFIG_INVALID,
  /** The input topic or one of its settings would break the promise. */
  ARCHIVER_TOPIC_UNUSABLE,
  /** The object store lets a second PUT replace the first. */
  ARCHIVER_STORE_UNSAFE,
  /** An event's predecessor is not the last archived entry of its set. */
  ARCHIVER_CHAIN_BROKEN,
  /** Two different entries have one optime, or an object holds other entries than the topic. */
  ARCHIVER_DIVERGENCE,
  /** The newest segment of a set cannot be read, so where its archive ends is not known. */
  ARCHIVER_END_UNREADABLE,
  /** A record of the topic is not an event. */
  ARCHIVER_RECORD_UNREADABLE,
  /** The application stopped by itself. */
  ARCHIVER_FAILED
}
