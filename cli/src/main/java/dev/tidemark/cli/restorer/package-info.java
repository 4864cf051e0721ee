/** The restorer as a service. */
package dev.tidemark.cli.restorer;
