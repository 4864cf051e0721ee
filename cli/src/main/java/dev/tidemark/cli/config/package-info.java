/** Looking at the configuration of services without starting them. */
package dev.tidemark.cli.config;
