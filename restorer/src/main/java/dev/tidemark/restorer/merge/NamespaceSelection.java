package dev.tidemark.restorer.merge;

import java.util.Optional;

/** Which collections are restored, and under which names. */
@FunctionalInterface
public interface NamespaceSelection {

  /** Everything that the catalogue follows, under its own name. */
  NamespaceSelection ALL = Optional::of;

  /**
   * The namespace under which a collection or view is restored; empty if it is left out.
   *
   * @param namespace its namespace at the target optime
   */
  Optional<String> restoredAs(String namespace);
}
