package dev.tidemark.archive.error;

import dev.tidemark.oplog.error.TidemarkException;

/** A failure of the archive. Decide by {@link #error()}. */
public final class ArchiveException extends TidemarkException {

  private static final long serialVersionUID = 1L;

  private final ArchiveError error;

  public ArchiveException(ArchiveError error, String reason, String where, String remedy) {
    this(error, reason, where, remedy, null);
  }

  public ArchiveException(
      ArchiveError error, String reason, String where, String remedy, Throwable cause) {
    super(error, reason, where, remedy, cause);
    this.error = error;
  }

  public ArchiveError error() {
    return error;
  }

  /** Whether the same call may succeed later without anybody changing anything. */
  public boolean isRetriable() {
    return error.retriable();
  }
}
