package dev.tidemark.monitor.failover;

import java.util.Map;

/** A change of what is known about a set's primary. */
public sealed interface Transition {

  /** Milliseconds of the steps of the failover so far. */
  Map<String, Long> stepMillis();

  /** A primary was met for the first time. */
  record Met(Primary primary, Map<String, Long> stepMillis) implements Transition {}

  /**
   * There is no primary.
   *
   * @param previous null if none was ever met
   */
  record Lost(Primary previous, Map<String, Long> stepMillis) implements Transition {}

  /**
   * A new primary is verified: it is writable and its term is higher.
   *
   * @param previous null if none was ever met
   */
  record Elected(Primary primary, Primary previous, Map<String, Long> stepMillis)
      implements Transition {}

  /** The old primary answers again, in the same term: there was no election. */
  record Returned(Primary primary, Map<String, Long> stepMillis) implements Transition {}

  /** The deadline passed without a verified primary. */
  record TimedOut(Primary previous, Map<String, Long> stepMillis) implements Transition {}
}
