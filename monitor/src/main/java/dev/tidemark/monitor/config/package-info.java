/** What the monitor's groups of settings share. */
package dev.tidemark.monitor.config;
