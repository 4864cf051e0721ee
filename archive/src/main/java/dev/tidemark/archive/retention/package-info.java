/** What may be deleted from an archive, why, and in which order; and how it is made smaller. */
package dev.tidemark.archive.retention;
