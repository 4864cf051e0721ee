/**
 * Taking snapshots: listing a source's collections and streaming them, and the oplog meanwhile,
 * into an archive.
 */
package dev.tidemark.restorer.snapshot;
