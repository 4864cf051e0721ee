package dev.tidemark.archive.plan;

import dev.tidemark.archive.error.ArchiveError;
import dev.tidemark.archive.error.ArchiveException;
import dev.tidemark.oplog.optime.Optime;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;

/**
 * The moment that is asked for:
 *
 * <pre>
 * 1705654321:7             everything up to this optime, that entry included
 * before 1705654321:7      everything before this optime
 * 2026-11-22T13:00:00Z     the longest prefix of the oplog whose entries all have wall ≤ this instant
 * latest                   everything there is
 * </pre>
 */
public sealed interface RestoreTarget {

  /** Everything up to an optime, inclusive. */
  record At(Optime optime) implements RestoreTarget {
    @Override
    public String toString() {
      return optime.toString();
    }
  }

  /** Everything before an optime. */
  record Before(Optime optime) implements RestoreTarget {
    @Override
    public String toString() {
      return "before " + optime;
    }
  }

  /** The longest prefix of the oplog whose entries all have {@code wall} ≤ the instant. */
  record AtInstant(Instant instant) implements RestoreTarget {
    @Override
    public String toString() {
      return instant.toString();
    }
  }

  /** Everything there is. */
  record Latest() implements RestoreTarget {
    @Override
    public String toString() {
      return "latest";
    }
  }

  /**
   * Parses one of the forms above.
   *
   * @throws ArchiveException {@code ARCHIVE_TARGET_INVALID} if it is none of them
   */
  static RestoreTarget parse(String text) {
    String trimmed = text.strip();
    try {
      if (trimmed.equals("latest")) {
        return new Latest();
      }
      if (trimmed.startsWith("before ")) {
        return before(Optime.parse(trimmed.substring("before ".length()).strip()));
      }
      if (trimmed.indexOf('T') > 0) {
        return new AtInstant(
            OffsetDateTime.parse(trimmed, DateTimeFormatter.ISO_OFFSET_DATE_TIME).toInstant());
      }
      return new At(Optime.parse(trimmed));
    } catch (IllegalArgumentException | DateTimeException e) {
      throw new ArchiveException(
          ArchiveError.ARCHIVE_TARGET_INVALID,
          "'" + text + "' is not a moment to restore to",
          "",
          "Use an optime (1705654321:7), 'before 1705654321:7', an instant with its offset"
              + " (2026-11-22T13:00:00Z) or 'latest'",
          e);
    }
  }

  private static RestoreTarget before(Optime optime) {
    if (optime.equals(Optime.ZERO)) {
      throw new IllegalArgumentException("nothing is before " + optime);
    }
    return new Before(optime);
  }
}
