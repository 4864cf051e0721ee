package dev.tidemark.archive.segment;

import dev.tidemark.schemas.event.OplogEventView;

/** Entries of one replica set in the order of their optimes. Not thread-safe. */
public interface EventCursor extends AutoCloseable {

  /**
   * The next entry, whose bytes stay valid; null at the end.
   *
   * @throws dev.tidemark.archive.error.ArchiveException if it cannot be read
   */
  OplogEventView next();

  @Override
  void close();
}
