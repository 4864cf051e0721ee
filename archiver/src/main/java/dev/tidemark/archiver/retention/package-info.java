/** Runs the retention of the archive when it is due. */
package dev.tidemark.archiver.retention;
