/** Watches backups, captures and failovers, and raises alerts. */
package dev.tidemark.monitor;
