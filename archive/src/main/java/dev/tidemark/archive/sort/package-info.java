/** Sorting more records than memory holds. */
package dev.tidemark.archive.sort;
