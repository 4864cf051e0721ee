package dev.tidemark.oplog.update;

/** The changes inside one container: a parsed and checked {@code $v: 2} diff. */
sealed interface Delta permits DocumentDelta, ArrayDelta {

  /** Whether a value of this type is the kind of container that the diff was computed for. */
  boolean fits(byte tag);
}
