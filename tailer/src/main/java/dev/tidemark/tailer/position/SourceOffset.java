package dev.tidemark.tailer.position;

import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.oplog.optime.Optime;
import dev.tidemark.tailer.error.TailerError;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How far a replica set has been captured: what Connect stores with each event.
 *
 * <p>The stored form is text where JavaScript-minded tools would round a number:
 *
 * <pre>{@code {"optime": "1705654321:7", "term": 4, "hash": "9e3779b97f4a7c15", "partition": 3,
 *  "state": "ENTRY"}}</pre>
 *
 * @param optime the newest event's entry; for {@link State#START} the first entry to be captured
 * @param term the entry's term, -1 if it has none
 * @param hash a hash of the entry's bytes, null if it is not known (a position set by hand)
 * @param partition the topic partition the set is bound to
 * @param state what the newest event is
 */
public record SourceOffset(Optime optime, long term, Long hash, int partition, State state) {

  static final String OPTIME = "optime";
  static final String TERM = "term";
  static final String HASH = "hash";
  static final String PARTITION = "partition";
  static final String STATE = "state";

  /** What the newest event is, and so where capture goes on. */
  public enum State {
    /** The entry at the optime has been delivered. */
    ENTRY,
    /** A start marker has been delivered; the entry at the optime has not. */
    START,
    /** The entry at the optime has been delivered, and after it a gap marker. */
    GAP
  }

  /**
   * Reads the stored form.
   *
   * @throws TidemarkException {@code TAILER_OFFSET_INVALID}
   */
  public static SourceOffset of(Map<String, ?> stored) {
    Object hash = stored.get(HASH);
    Object state = stored.get(STATE);
    try {
      return new SourceOffset(
          Optime.parse(text(stored, OPTIME)),
          number(stored, TERM),
          hash == null ? null : (Long) Long.parseUnsignedLong(text(stored, HASH), 16),
          partition(stored),
          state == null ? State.ENTRY : State.valueOf(text(stored, STATE)));
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw invalid(stored, e.getMessage(), e);
    }
  }

  private static int partition(Map<String, ?> stored) {
    int partition = Math.toIntExact(number(stored, PARTITION));
    if (partition < 0) {
      throw invalid(stored, "'" + PARTITION + "' must be 0 or more, and is " + partition, null);
    }
    return partition;
  }

  /** Whether {@link #of} understands every key. */
  static boolean knows(String key) {
    return switch (key) {
      case OPTIME, TERM, HASH, PARTITION, STATE -> true;
      default -> false;
    };
  }

  private static String text(Map<String, ?> stored, String key) {
    if (stored.get(key) instanceof String text) {
      return text;
    }
    throw invalid(stored, "'" + key + "' must be a text, and is " + stored.get(key), null);
  }

  private static long number(Map<String, ?> stored, String key) {
    Object value = stored.get(key);
    if (value instanceof Long || value instanceof Integer) {
      return ((Number) value).longValue();
    }
    throw invalid(stored, "'" + key + "' must be a whole number, and is " + value, null);
  }

  static TidemarkException invalid(Map<String, ?> stored, String problem, Throwable cause) {
    return new TidemarkException(
        TailerError.TAILER_OFFSET_INVALID,
        "the source offset " + stored + " cannot be used: " + problem,
        "",
        "Set an offset such as {\"optime\": \"1705654321:7\", \"term\": 4, \"partition\": 3}",
        cause);
  }

  /** The stored form. */
  public Map<String, Object> toMap() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put(OPTIME, optime.toString());
    map.put(TERM, term);
    if (hash != null) {
      map.put(HASH, String.format("%016x", hash));
    }
    map.put(PARTITION, (long) partition);
    map.put(STATE, state.name());
    return map;
  }
}
