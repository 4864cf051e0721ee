package dev.tidemark.restorer.undo;

/**
 * What later operations, which stay, made of a document of which an operation was left out. They
 * were computed from the document as it had been.
 */
public enum Finding {
  /** Later updates changed some of its fields. */
  LATER_UPDATES("later updates were applied to another document than they were made for"),
  /** A later update met a value of another type than it was made for, and a null is there now. */
  NULLS("a later update did not fit and left a null"),
  /**
   * A later update set a number that had another value before: if it counted, the undone operation
   * is still in it.
   */
  ABSOLUTE_NUMBERS("a later update left a number that may count what was undone"),
  /** A later update had no document to change, because its insert was left out. */
  WITHOUT_TARGET("later updates found no document, because its insert was left out"),
  /** A later insert or replacement put another document in its place: nothing is left to undo. */
  REPLACED("a later insert or replacement took its place, so that the undo shows nothing");

  private final String description;

  Finding(String description) {
    this.description = description;
  }

  /** For people: what happened. */
  public String description() {
    return description;
  }
}
