/** Restores into a server, against what other tools do with the same work. */
package dev.tidemark.benchmarks.restore;
