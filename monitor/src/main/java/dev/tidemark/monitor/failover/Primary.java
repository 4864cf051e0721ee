package dev.tidemark.monitor.failover;

/**
 * A member that was primary in a term.
 *
 * @param host {@code host:port} as the member calls itself
 * @param setId the id of its replica set, 24 hex digits; empty if it may not be read
 * @param term the election term; higher ones of the same set win
 */
public record Primary(String host, String setId, long term) {

  /** Whether both are known to belong to different sets: one was initiated anew since. */
  boolean isOfAnotherSet(Primary other) {
    return !setId.isEmpty() && !other.setId.isEmpty() && !setId.equals(other.setId);
  }

  /** Whether it is the same member in the same term. */
  boolean isSame(Primary other) {
    return host.equals(other.host) && term == other.term && !isOfAnotherSet(other);
  }
}
