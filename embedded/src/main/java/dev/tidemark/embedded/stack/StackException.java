package dev.tidemark.embedded.stack;

/** A part of the embedded stack did not come up, or could not be used. */
public class StackException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final String part;

  /**
   * @param part the part, for example {@code "registry"}
   * @param reason what happened, one sentence without a final full stop
   * @param cause the failure below, or null
   */
  public StackException(String part, String reason, Throwable cause) {
    super(part + ": " + reason, cause);
    this.part = part;
  }

  /** The part that failed, for example {@code "registry"}. */
  public String part() {
    return part;
  }
}
