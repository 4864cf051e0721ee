package dev.tidemark.restorer.merge;

import java.util.Collection;
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

  /**
   * The namespace under which a collection or view is restored whose name something revived by an
   * undo has, too; empty if it is left out. A new name that was given to exactly this namespace is
   * for what is revived.
   *
   * @param namespace its namespace at the target optime
   */
  default Optional<String> besideRevived(String namespace) {
    return restoredAs(namespace);
  }

  /**
   * Fails if it names something that is not there.
   *
   * @param collections everything that is restored
   */
  default void requireKnown(Collection<RestoredCollection> collections) {}
}
