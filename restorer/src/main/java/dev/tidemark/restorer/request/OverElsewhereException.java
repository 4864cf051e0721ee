package dev.tidemark.restorer.request;

/**
 * Another worker ended the job while this one waited for it: there is nothing left to do or say.
 */
public final class OverElsewhereException extends Exception {
  private static final long serialVersionUID = 1L;
}
