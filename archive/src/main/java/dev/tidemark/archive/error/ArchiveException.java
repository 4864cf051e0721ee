package dev.tidemark.archive.error;

import dev.tidemark.oplog.error.TidemarkException;

/** A failure of the archive. Decide by {@link #error()}. */
public class ArchiveException extends TidemarkException {

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

  /**
   * An object that does not hold what it should.
   *
   * @param cause may be null
   */
  public static ArchiveException corrupt(String problem, String where, Throwable cause) {
    return new ArchiveException(
        ArchiveError.ARCHIVE_OBJECT_CORRUPT,
        problem,
        where,
        "Run tidemark verify --deep, and bring the object back from a copy or a version of the"
            + " bucket",
        cause);
  }

  public ArchiveError error() {
    return error;
  }

  /**
   * Whether an object is not what was written under its key: a damaged byte can make it look like
   * something else altogether.
   */
  public boolean isDamage() {
    return error == ArchiveError.ARCHIVE_OBJECT_CORRUPT
        || error == ArchiveError.ARCHIVE_FORMAT_UNKNOWN;
  }

  /** Whether the same call may succeed later without anybody changing anything. */
  public boolean isRetriable() {
    return error.retriable();
  }
}
