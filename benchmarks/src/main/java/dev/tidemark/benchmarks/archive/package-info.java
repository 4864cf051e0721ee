/** The archiver as a process, from the topic to the object store. */
package dev.tidemark.benchmarks.archive;
