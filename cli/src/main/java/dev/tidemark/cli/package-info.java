/**
 * The {@code tidemark} command: one class a subcommand, in a package named after what it is about.
 *
 * <p>Conventions of every command: lines for people on standard output, progress on standard error;
 * with {@code --json} exactly one object on standard output. The exit codes are those of {@link
 * dev.tidemark.cli.console.ExitCodes}.
 */
package dev.tidemark.cli;
