package dev.tidemark.schemas.json;

import org.apache.kafka.common.errors.SerializationException;

/** A piece of JSON does not have the shape that a record asks for; the message names the place. */
public final class MalformedJsonException extends SerializationException {

  private static final long serialVersionUID = 1L;

  MalformedJsonException(String path, String problem) {
    this(path, problem, null);
  }

  MalformedJsonException(String path, String problem, Throwable cause) {
    super(path + ": " + problem, cause);
  }
}
