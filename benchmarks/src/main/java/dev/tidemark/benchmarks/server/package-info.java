/**
 * Servers of the embedded stack as processes beside a benchmark, so that their work is told apart.
 */
package dev.tidemark.benchmarks.server;
