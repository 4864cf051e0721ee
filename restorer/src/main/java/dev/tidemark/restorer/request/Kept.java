package dev.tidemark.restorer.request;

/**
 * What a job leaves as it is until its end is published: a worker that dies before has told nobody,
 * and the one that goes on must find everything in its place.
 */
public interface Kept extends AutoCloseable {

  /** The success is published, and nobody goes on with the request. A failure is logged only. */
  void over();

  /** The failure, or that it was cancelled, is published, and nobody goes on with the request. */
  default void failed() {}

  /** Gives back what is held. Called last, also when the end could not be told. */
  @Override
  void close();
}
