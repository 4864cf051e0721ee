/**
 * Segments: standard Avro object containers of oplog events that carry their own index entry, so
 * that a reader can fetch only the blocks it needs.
 */
package dev.tidemark.archive.segment;
