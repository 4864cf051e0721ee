package dev.tidemark.monitor.failover;

/** Looks at a replica set. Used by one thread, but woken by any. */
public interface SetProbe extends AutoCloseable {

  /**
   * Looks for the primary, for a bounded time.
   *
   * @param known the primary that was verified last; null if there was none
   */
  Sighting look(Primary known);

  /** The name of the set; empty if it is not known yet. */
  String setName();

  /** The id of the set, 24 hex digits; empty if it is not known. */
  String setId();

  /** Calls back, on any thread, when something changed that is worth a look. */
  void onChange(Runnable wake);

  @Override
  void close();
}
