/** How undos are shown, by whatever command they were asked for. */
package dev.tidemark.cli.undo;
