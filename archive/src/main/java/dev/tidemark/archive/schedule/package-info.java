/** When something is due. */
package dev.tidemark.archive.schedule;
