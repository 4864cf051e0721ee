package dev.tidemark.archive.crypt;

import dev.tidemark.archive.error.ArchiveException;

/**
 * Compares an archive's encryption with the settings before a request is sent; asks the store until
 * the answer is known. Thread-safe.
 *
 * <p>Both methods throw {@link ArchiveException}: {@code ARCHIVE_KEY_WRONG} if the two do not fit,
 * or what the store or the key's keeper said, after which the next request asks again.
 */
interface KeyCheck {

  /** Changes nothing in the archive. */
  void beforeReading();

  /** May make an empty archive an encrypted one. */
  void beforeWriting();
}
