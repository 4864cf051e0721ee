/** Watching the primaries of replica sets, and what follows when one changes. */
package dev.tidemark.monitor.failover;
