package dev.tidemark.archive.verify;

/** Hears how far a verification is. Called by several threads. */
@FunctionalInterface
public interface VerifyListener {

  VerifyListener SILENT = (what, done, total) -> {};

  /**
   * Something more was looked at.
   *
   * @param what {@code segments} or {@code snapshots}
   * @param done objects so far
   * @param total objects in all
   */
  void looked(String what, long done, long total);
}
