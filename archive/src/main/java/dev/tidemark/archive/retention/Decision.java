package dev.tidemark.archive.retention;

import java.util.List;
import java.util.Objects;

/**
 * What becomes of something, and why.
 *
 * @param subject what sort of thing
 * @param name which one, for people: a snapshot's id, or a set and its optimes
 * @param verdict what becomes of it
 * @param reason why, a sentence without its full stop
 * @param keys its objects, in the order in which they are deleted if they are
 * @param bytes of those objects
 */
public record Decision(
    Subject subject, String name, Verdict verdict, String reason, List<String> keys, long bytes) {

  /** Sorts of things. */
  public enum Subject {
    SNAPSHOT,
    UNFINISHED_SNAPSHOT,
    SEGMENTS,
    BURIED_SEGMENTS,
    /** A tombstone that cannot be read. */
    TOMBSTONE,
    /** The list of what was removed, if it cannot be read. */
    REMOVED_SPANS,
    /** What a restore set aside so that another worker could go on with it. */
    RESTORE_WORK
  }

  /** What becomes of something. */
  public enum Verdict {
    KEEP,
    /** Taken out of the index now, deleted after the grace. */
    BURY,
    DELETE,
    /** It is damaged and is written anew, from what is there and what is needed of it. */
    REPLACE
  }

  public Decision {
    Objects.requireNonNull(subject, "subject");
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(verdict, "verdict");
    Objects.requireNonNull(reason, "reason");
    keys = List.copyOf(keys);
  }
}
