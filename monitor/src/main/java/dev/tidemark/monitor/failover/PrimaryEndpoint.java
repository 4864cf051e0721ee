package dev.tidemark.monitor.failover;

/**
 * Where a cluster's primary is.
 *
 * @param cluster alias of the cluster
 * @param setName name of the replica set
 * @param setId id of the replica set; empty if it is not known
 * @param primary the verified primary
 */
public record PrimaryEndpoint(String cluster, String setName, String setId, Primary primary) {}
