/**
 * Merge restore: a base and the oplog entries after it become the state at a moment, and every
 * surviving document is written exactly once, with its final value.
 *
 * <p>{@link dev.tidemark.restorer.merge.MergeRestore} reads a {@link
 * dev.tidemark.restorer.merge.Base} and an {@link dev.tidemark.restorer.merge.OplogSource} and
 * writes to a {@link dev.tidemark.restorer.merge.RestoreSink}.
 */
package dev.tidemark.restorer.merge;
