package dev.tidemark.tailer.position;

import dev.tidemark.oplog.optime.Optime;

/**
 * Where capture of a set begins that has no stored offset.
 *
 * @param kind what was asked for
 * @param optime the optime asked for, null for the other kinds
 */
public record StartPosition(Kind kind, Optime optime) {

  /** The ways to begin. */
  public enum Kind {
    /** At the majority optime, or at the oldest open transaction if that is older. */
    LATEST,
    /** At the oldest entry of the oplog. */
    EARLIEST,
    /** At a given optime. */
    OPTIME
  }

  /**
   * Parses {@code latest}, {@code earliest} or an optime such as {@code 1705654321:7}.
   *
   * @throws IllegalArgumentException if the text is none of these
   */
  public static StartPosition parse(String text) {
    return switch (text) {
      case "latest" -> new StartPosition(Kind.LATEST, null);
      case "earliest" -> new StartPosition(Kind.EARLIEST, null);
      default -> new StartPosition(Kind.OPTIME, Optime.parse(text));
    };
  }

  @Override
  public String toString() {
    return switch (kind) {
      case LATEST -> "latest";
      case EARLIEST -> "earliest";
      case OPTIME -> optime.toString();
    };
  }
}
