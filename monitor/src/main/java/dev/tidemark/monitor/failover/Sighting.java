package dev.tidemark.monitor.failover;

/** What one look at a replica set showed. */
public sealed interface Sighting {

  /** A member answered a ping and said that it is the writable primary. */
  record Answer(Primary primary) implements Sighting {}

  /** The member that was primary answered that it is no longer. */
  record SteppedDown() implements Sighting {}

  /** No primary answered. */
  record Silence(String reason) implements Sighting {}
}
