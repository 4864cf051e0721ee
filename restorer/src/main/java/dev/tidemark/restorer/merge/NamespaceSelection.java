package dev.tidemark.restorer.merge;

import java.util.Optional;

/** Which collections are restored, and under which names. */
@FunctionalInterface
public interface NamespaceSelection {

  /** Every collection that belongs to users, under its own name. */
  NamespaceSelection ALL =
      namespace ->
          SystemNamespaces.isRestorable(namespace) ? Optional.of(namespace) : Optional.empty();

  /**
   * The namespace under which a collection or view is restored; empty if it is left out.
   *
   * @param namespace its namespace at the target optime
   */
  Optional<String> restoredAs(String namespace);
}
