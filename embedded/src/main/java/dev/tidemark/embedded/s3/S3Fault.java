package dev.tidemark.embedded.s3;

/** What can go wrong with one request to an object store. */
public enum S3Fault {
  /** Answered with 503 SlowDown; the store never sees the request. */
  OVERLOADED,
  /** The connection is reset; the store never sees the request. */
  RESET,
  /** Nothing is answered until the client has given up; the store never sees the request. */
  TIMEOUT,
  /** Carried out by the store, and the connection is reset instead of an answer. */
  LOST_ANSWER,
  /** Carried out by the store, and the connection is reset halfway through the answer. */
  CUT_ANSWER,
  /** Carried out by the store; the answer's body drips in small pieces. */
  SLOW_BODY
}
