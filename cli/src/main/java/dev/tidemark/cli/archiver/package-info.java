/** The archiver as a service. */
package dev.tidemark.cli.archiver;
