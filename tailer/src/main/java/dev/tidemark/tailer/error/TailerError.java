package dev.tidemark.tailer.error;

import dev.tidemark.oplog.error.ErrorCode;

/** What can go wrong while an oplog is captured. */
public enum TailerError implements ErrorCode {
  /** A configuration value is missing, malformed or would break what the connector promises. */
  TAILER_CONFIG_INVALID(false),
  /** The address answers, but is no member of a replica set. */
  TAILER_NOT_A_REPLICA_SET(false),
  /** The server refuses the user or the password. */
  TAILER_AUTHENTICATION_FAILED(false),
  /** The user lacks a privilege. */
  TAILER_NOT_AUTHORIZED(false),
  /** The server refuses a command for a reason that retrying does not change. */
  TAILER_COMMAND_REFUSED(false),
  /** The replica set's id cannot be read. */
  TAILER_SET_ID_UNKNOWN(false),
  /** The members found belong to another replica set than the one captured so far. */
  TAILER_SET_CHANGED(false),
  /** No member that may be read answers. */
  TAILER_NO_MEMBER(true),
  /** The member does not hold the position yet. */
  TAILER_MEMBER_BEHIND(true),
  /** Another member suits better than the one that is read, for what it holds or for its role. */
  TAILER_MEMBER_UNSUITABLE(true),
  /** The cursor or its connection died. */
  TAILER_CURSOR_LOST(true),
  /** The oplog no longer holds the position: entries are lost. */
  TAILER_OPLOG_GAP(false),
  /** The oplog holds something else at the position: history was rewritten. */
  TAILER_OPLOG_DIVERGED(false),
  /** The start position that was asked for is no longer in the oplog. */
  TAILER_START_GONE(false),
  /** Entries did not come in rising order. */
  TAILER_OPLOG_DISORDER(false),
  /** The stored position cannot be read. */
  TAILER_OFFSET_INVALID(false),
  /** The topic already holds events of this set, but there is no stored position. */
  TAILER_OFFSET_MISSING(false),
  /** Whether the topic already holds events of this set could not be found out in time. */
  TAILER_OFFSET_UNCERTAIN(false),
  /** The partition that the set's events go to does not exist. */
  TAILER_PARTITION_MISSING(false),
  /** The topic's settings would lose or reorder events. */
  TAILER_TOPIC_UNSAFE(false),
  /** Kafka does not answer. */
  TAILER_KAFKA_UNREACHABLE(true),
  /** Transient faults lasted longer than allowed. */
  TAILER_RETRIES_EXHAUSTED(true);

  private final boolean retriable;

  TailerError(boolean retriable) {
    this.retriable = retriable;
  }

  /** Whether trying again, without a change by an operator, can help. */
  public boolean retriable() {
    return retriable;
  }
}
