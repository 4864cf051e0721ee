/**
 * Digests of what a database holds: the logical state of a dump, which two dumps of the same state
 * share whatever the order of their documents, and the sums by which a restore is verified.
 */
package dev.tidemark.archive.digest;
