package dev.tidemark.oplog.optime;

import java.util.Objects;
import org.bson.BsonTimestamp;

/**
 * A position in a replica set's oplog: BSON's Timestamp, ordered as an unsigned 64-bit number.
 *
 * <p>Printed and parsed as {@code seconds:increment}, for example {@code 1705654321:7}. Immutable.
 *
 * @param value seconds since the epoch in the upper 32 bits, increment in the lower, both unsigned
 */
public record Optime(long value) implements Comparable<Optime> {

  /** Before every real optime. */
  public static final Optime ZERO = new Optime(0);

  /** After every real optime. */
  public static final Optime MAX = new Optime(-1L);

  private static final long UNSIGNED_INT_MAX = 0xFFFF_FFFFL;

  /**
   * An optime of its two parts.
   *
   * @throws IllegalArgumentException if a part does not fit into 32 bits
   */
  public static Optime of(long seconds, long increment) {
    if (seconds < 0
        || seconds > UNSIGNED_INT_MAX
        || increment < 0
        || increment > UNSIGNED_INT_MAX) {
      throw new IllegalArgumentException(
          "optime parts must fit into 32 bits: " + seconds + ":" + increment);
    }
    return new Optime(seconds << 32 | increment);
  }

  public static Optime of(BsonTimestamp timestamp) {
    return new Optime(timestamp.getValue());
  }

  /**
   * Parses {@code seconds:increment}.
   *
   * @throws IllegalArgumentException if the text has another form
   */
  public static Optime parse(String text) {
    Objects.requireNonNull(text, "text");
    int colon = text.indexOf(':');
    if (colon > 0) {
      try {
        return of(
            Long.parseLong(text.substring(0, colon)), Long.parseLong(text.substring(colon + 1)));
      } catch (NumberFormatException e) {
        throw new IllegalArgumentException(malformed(text), e);
      }
    }
    throw new IllegalArgumentException(malformed(text));
  }

  private static String malformed(String text) {
    return "not an optime of the form seconds:increment, for example 1705654321:7: '" + text + "'";
  }

  /** Seconds since the epoch. */
  public long seconds() {
    return value >>> 32;
  }

  public long increment() {
    return value & UNSIGNED_INT_MAX;
  }

  /** The smallest optime after this one. */
  public Optime next() {
    return new Optime(value + 1);
  }

  /** The largest optime before this one. */
  public Optime previous() {
    return new Optime(value - 1);
  }

  public boolean isBefore(Optime other) {
    return compareTo(other) < 0;
  }

  public boolean isAfter(Optime other) {
    return compareTo(other) > 0;
  }

  public BsonTimestamp toTimestamp() {
    return new BsonTimestamp(value);
  }

  @Override
  public int compareTo(Optime other) {
    return Long.compareUnsigned(value, other.value);
  }

  @Override
  public String toString() {
    return seconds() + ":" + increment();
  }
}
