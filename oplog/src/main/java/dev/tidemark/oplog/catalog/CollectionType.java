package dev.tidemark.oplog.catalog;

/** What a namespace stands for. */
public enum CollectionType {
  COLLECTION("collection"),
  VIEW("view"),
  TIMESERIES("timeseries");

  private final String text;

  CollectionType(String text) {
    this.text = text;
  }

  /** As listCollections and dumps write it. */
  public String text() {
    return text;
  }
}
