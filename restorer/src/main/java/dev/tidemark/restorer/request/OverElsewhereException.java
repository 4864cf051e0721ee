package dev.tidemark.restorer.request;

/**
 * Another worker ended the job or has taken it over: there is nothing left to do or say here. Not a
 * failure of the request.
 */
public final class OverElsewhereException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public OverElsewhereException() {}

  OverElsewhereException(Throwable cause) {
    super(cause);
  }
}
