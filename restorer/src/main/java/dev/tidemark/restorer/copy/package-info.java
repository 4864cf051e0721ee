/** Copies of snapshots in a local directory, kept for a while. */
package dev.tidemark.restorer.copy;
