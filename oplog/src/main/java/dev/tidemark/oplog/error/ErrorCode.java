package dev.tidemark.oplog.error;

/**
 * A stable code of a failure. Every module lists its own in an enum; the operator's guide has a
 * runbook for each.
 *
 * <p>Decisions are made by codes, never by the text of a message.
 */
public interface ErrorCode {

  /**
   * The code as it is printed, for example {@code OPLOG_UNKNOWN_COMMAND}. Never changes once
   * released.
   */
  String name();
}
