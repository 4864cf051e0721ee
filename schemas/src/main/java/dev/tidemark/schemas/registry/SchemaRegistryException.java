package dev.tidemark.schemas.registry;

import org.apache.kafka.common.errors.SerializationException;

/**
 * The registry refused a request or could not be reached.
 *
 * <p>{@link #isRetriable()} tells the two apart: a refusal stays a refusal.
 */
public final class SchemaRegistryException extends SerializationException {

  private static final long serialVersionUID = 1L;

  private final boolean retriable;

  SchemaRegistryException(String message, boolean retriable, Throwable cause) {
    super(message, cause);
    this.retriable = retriable;
  }

  /** Whether the same request may succeed later. */
  public boolean isRetriable() {
    return retriable;
  }
}
