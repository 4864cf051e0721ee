/** Which moments an archive can restore, and what a restore of one of them reads. */
package dev.tidemark.archive.plan;
