package dev.tidemark.archive.store;

/**
 * The outcome of a put.
 *
 * @param outcome whether the object was stored
 * @param etag of the stored object; empty if it was not stored
 */
public record PutResult(Outcome outcome, String etag) {

  /** Whether a put took effect. */
  public enum Outcome {
    STORED,
    /**
     * The condition did not hold. After a lost answer and a retry this may be the own first
     * attempt: compare the contents before deciding anything.
     */
    CONDITION_FAILED
  }

  static PutResult stored(String etag) {
    return new PutResult(Outcome.STORED, etag);
  }

  static PutResult conditionFailed() {
    return new PutResult(Outcome.CONDITION_FAILED, "");
  }

  public boolean isStored() {
    return outcome == Outcome.STORED;
  }
}
