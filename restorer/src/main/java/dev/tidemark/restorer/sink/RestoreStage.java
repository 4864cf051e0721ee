package dev.tidemark.restorer.sink;

/** How far a restore has come with its target, over all attempts. */
public enum RestoreStage {
  /** Nothing was written. */
  UNTOUCHED,
  /** What exists is dropped, and collections are created; nothing is loaded. */
  PREPARING,
  /** Every collection is there and empty at first, and documents are written. */
  LOADING
}
