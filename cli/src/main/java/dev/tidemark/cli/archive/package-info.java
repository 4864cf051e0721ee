/**
 * {@code tidemark list}, {@code describe}, {@code verify} and {@code retention}: archives alone.
 */
package dev.tidemark.cli.archive;
