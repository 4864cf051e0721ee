/** Finds out whether an archive holds what it says. */
package dev.tidemark.archive.verify;
