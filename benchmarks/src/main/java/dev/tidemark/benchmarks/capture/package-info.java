/** Capture from end to end, beside other connectors: one run, one source, one consumer. */
package dev.tidemark.benchmarks.capture;
