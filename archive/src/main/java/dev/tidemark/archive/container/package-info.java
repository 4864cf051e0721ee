/** Avro object containers down to their bytes, as far as Avro's own classes do not go. */
package dev.tidemark.archive.container;
