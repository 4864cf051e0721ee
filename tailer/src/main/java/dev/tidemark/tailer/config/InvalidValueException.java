package dev.tidemark.tailer.config;

import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.tailer.error.TailerError;

/** {@code TAILER_CONFIG_INVALID}: names the key, the value's problem and a right value. */
public final class InvalidValueException extends TidemarkException {

  private static final long serialVersionUID = 1L;

  private final String key;
  private final String example;

  /**
   * @param problem what is wrong with the value, which is not repeated if it may be a secret
   * @param example a right value
   */
  public InvalidValueException(String key, String problem, String example, Throwable cause) {
    super(TailerError.TAILER_CONFIG_INVALID, problem, key, "A right value is " + example, cause);
    this.key = key;
    this.example = example;
  }

  /** With the usual example of one of the connector's own keys. */
  public InvalidValueException(String key, String problem, Throwable cause) {
    this(key, problem, RightValue.of(key), cause);
  }

  /** The key whose value is wrong. */
  public String key() {
    return key;
  }

  /** A right value. */
  public String example() {
    return example;
  }
}
