package dev.tidemark.restorer.merge;

/**
 * Follows a merge restore. Called from several threads at the same time and often, so it must be
 * quick; an exception that it throws ends the restore.
 */
public interface MergeListener {

  /** Does nothing. */
  MergeListener NONE = new MergeListener() {};

  /** What a restore is doing. */
  enum Phase {
    /** Reading the entries for the catalogue and for what they touch. */
    SCAN,
    /** Reading the base: untouched documents go to the target. */
    LOAD,
    /** Applying the entries to the touched documents. */
    FOLD,
    /** Writing what survived. */
    WRITE
  }

  /**
   * Of a reading whose entries are counted elsewhere: all it does is to end the reading when nobody
   * waits for it any more.
   */
  default MergeListener uncounted() {
    return new MergeListener() {
      @Override
      public void onEntries(long count) {
        MergeListener.this.onEntries(0);
      }
    };
  }

  /** A phase begins; the one before is over. */
  default void onPhase(Phase phase) {}

  /** Entries were read. */
  default void onEntries(long count) {}

  /** Bytes of the base were read. */
  default void onBaseBytes(long bytes) {}

  /** Documents were written to the target. */
  default void onWritten(long documents, long bytes) {}
}
