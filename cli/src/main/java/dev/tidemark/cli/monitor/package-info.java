/** The monitor as a service. */
package dev.tidemark.cli.monitor;
