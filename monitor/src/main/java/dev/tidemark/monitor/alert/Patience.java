package dev.tidemark.monitor.alert;

import java.time.Duration;

/**
 * How long a condition must last before anybody is told.
 *
 * @param raiseAfter how long it must be bad
 * @param resolveAfter how long it must be good again
 */
public record Patience(Duration raiseAfter, Duration resolveAfter) {

  /** For conditions that are certain when they are assessed. */
  public static final Patience NONE = new Patience(Duration.ZERO, Duration.ZERO);
}
