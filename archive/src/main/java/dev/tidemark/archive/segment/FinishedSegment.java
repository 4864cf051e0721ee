package dev.tidemark.archive.segment;

import dev.tidemark.archive.error.ArchiveError;
import dev.tidemark.archive.error.ArchiveException;
import dev.tidemark.archive.store.ObjectContent;
import dev.tidemark.schemas.archive.SegmentIndexEntry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A segment that waits on the local disk to be stored. Owns its spool file until {@link #close()}.
 */
public final class FinishedSegment implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(FinishedSegment.class);

  private final SegmentIndexEntry entry;
  private final byte[] header;
  private final Path spool;

  FinishedSegment(SegmentIndexEntry entry, byte[] header, Path spool) {
    this.entry = entry;
    this.header = header;
    this.spool = spool;
  }

  /** What it holds, the same as in its container's metadata. */
  public SegmentIndexEntry entry() {
    return entry;
  }

  /** The key under which it belongs. */
  public String key() {
    return entry.getObjectKey();
  }

  /** The whole object. */
  public ObjectContent content() {
    try {
      return ObjectContent.concat(List.of(ObjectContent.of(header), ObjectContent.of(spool)));
    } catch (IOException e) {
      throw new ArchiveException(
          ArchiveError.ARCHIVE_DISK_FAILED,
          "the spooled segment cannot be read: " + e.getMessage(),
          spool.toString(),
          "Check the local disk; the topic still has the events",
          e);
    }
  }

  /** Removes the spool file. Never fails: it logs. */
  @Override
  public void close() {
    try {
      Files.deleteIfExists(spool);
    } catch (IOException e) {
      log.warn("{}: the spool file of a stored segment could not be removed", spool, e);
    }
  }
}
