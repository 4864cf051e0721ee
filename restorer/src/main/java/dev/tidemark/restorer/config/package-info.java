/** The configuration of the restorer service. */
package dev.tidemark.restorer.config;
