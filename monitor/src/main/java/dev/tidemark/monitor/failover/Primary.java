package dev.tidemark.monitor.failover;

/**
 * A member that was primary in a term.
 *
 * @param host {@code host:port} as the member calls itself
 * @param term the election term; higher ones win
 */
public record Primary(String host, long term) {}
