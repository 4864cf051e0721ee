/**
 * Restores without a server: a dump and oplog files in, a dump of a later moment out.
 *
 * <p>{@link dev.tidemark.restorer.materialize.Materialization} puts a {@link
 * dev.tidemark.restorer.materialize.DumpBase}, {@link dev.tidemark.restorer.materialize.OplogFiles}
 * and a {@link dev.tidemark.restorer.materialize.DumpSink} around a merge restore.
 */
package dev.tidemark.restorer.materialize;
