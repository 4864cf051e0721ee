/** Asking for snapshots and restores on Kafka, and following what becomes of them. */
package dev.tidemark.cli.job;
