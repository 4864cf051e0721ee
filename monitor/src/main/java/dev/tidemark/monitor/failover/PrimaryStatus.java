package dev.tidemark.monitor.failover;

/**
 * What is known about the primary of a cluster's replica set.
 *
 * @param cluster alias of the cluster
 * @param lost whether there is no verified primary
 * @param overdue whether the election takes longer than allowed
 * @param message the same as a sentence without a final full stop
 */
public record PrimaryStatus(String cluster, boolean lost, boolean overdue, String message) {}
