package dev.tidemark.archive.store;

import java.util.Objects;

/** What must hold for a put to take effect; the store decides atomically. */
public sealed interface PutCondition {

  /** Replaces whatever is there. */
  record Always() implements PutCondition {}

  /** Only if no object has the key: of several writers the first one wins. */
  record IfAbsent() implements PutCondition {}

  /**
   * Only if the object is still the one that was read.
   *
   * @param etag as {@link ObjectInfo#etag()} or {@link PutResult#etag()} gave it
   */
  record IfMatch(String etag) implements PutCondition {
    public IfMatch {
      Objects.requireNonNull(etag, "etag");
    }
  }

  static PutCondition always() {
    return new Always();
  }

  static PutCondition ifAbsent() {
    return new IfAbsent();
  }

  static PutCondition ifMatch(String etag) {
    return new IfMatch(etag);
  }
}
