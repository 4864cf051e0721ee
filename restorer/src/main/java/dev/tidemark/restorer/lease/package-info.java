/** Exclusive right to write into a target, kept in the target itself. */
package dev.tidemark.restorer.lease;
