/** The keys of an archive's objects. */
package dev.tidemark.archive.key;
