package dev.tidemark.schemas.registry;

import org.apache.kafka.common.errors.SerializationException;

/**
 * The registry refused a request or could not be reached.
 *
 * <p>{@link #isRetriable()} tells the two apart: a refusal stays a refusal.
 */
public final class SchemaRegistryException extends SerializationException {

  private static final long serialVersionUID = 1L;

  private static final int NO_ANSWER = 0;

  private final boolean retriable;
  private final int status;

  SchemaRegistryException(String message, boolean retriable, Throwable cause) {
    this(message, retriable, NO_ANSWER, cause);
  }

  SchemaRegistryException(String message, boolean retriable, int status, Throwable cause) {
    super(message, cause);
    this.retriable = retriable;
    this.status = status;
  }

  /** The HTTP status that it answered, 0 if it did not answer. */
  int status() {
    return status;
  }

  /** Whether the same request may succeed later. */
  public boolean isRetriable() {
    return retriable;
  }
}
