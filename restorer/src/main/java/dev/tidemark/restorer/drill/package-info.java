/** Proving that what is backed up can be restored, by doing it. */
package dev.tidemark.restorer.drill;
