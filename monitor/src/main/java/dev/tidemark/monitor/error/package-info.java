/** Failures of the monitor itself. */
package dev.tidemark.monitor.error;
