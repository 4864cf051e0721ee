package dev.tidemark.cli.error;

import dev.tidemark.oplog.error.ErrorCode;

/** Failures of the command line itself and of the machine it runs on. */
public enum CliError implements ErrorCode {
  /** An option's value is not usable. */
  CLI_BAD_OPTION,
  /** A file or directory cannot be read or written. */
  CLI_FILE,
  /** A port is in use, or a server cannot be reached. */
  CLI_NETWORK,
  /** A part of the embedded stack did not come up or went away. */
  CLI_STACK,
  /** The demo could not be carried through. */
  CLI_DEMO,
  /** What was asked for exists in the design only. */
  CLI_NOT_SUPPORTED
}
