/** Snapshots in the archive: their manifests, and which ones there are. */
package dev.tidemark.archive.snapshot;
