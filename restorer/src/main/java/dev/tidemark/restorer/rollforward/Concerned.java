package dev.tidemark.restorer.rollforward;

import dev.tidemark.oplog.catalog.CatalogueEntry;
import dev.tidemark.restorer.merge.NamespaceSelection;
import dev.tidemark.restorer.merge.RestoredCollection;
import dev.tidemark.restorer.merge.WindowedFold;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;

/**
 * What of a target a roll forward is about. Names mean names at the wanted moment: a collection
 * that is alive then goes by the name that it has then, whatever it is called on the base. Only of
 * what is not alive any more, and of views, the name on the base decides.
 *
 * @param selection by names
 * @param wanted the identities of what is rolled forward
 * @param others the identities of what is alive at the wanted moment, too, but stays as it is
 */
record Concerned(NamespaceSelection selection, Set<UUID> wanted, Set<UUID> others) {

  Concerned {
    wanted = Set.copyOf(wanted);
    others = Set.copyOf(others);
  }

  static Concerned of(NamespaceSelection selection, WindowedFold fold) {
    Set<UUID> wanted = new HashSet<>();
    for (RestoredCollection collection : fold.collections()) {
      collection.metadata().uuid().ifPresent(wanted::add);
    }
    Set<UUID> others = new HashSet<>(fold.alive());
    others.removeAll(wanted);
    return new Concerned(selection, wanted, others);
  }

  /** Whether something on the target is rolled forward, or goes because it is no more. */
  boolean has(CatalogueEntry entry) {
    return entry
        .uuid()
        .filter(uuid -> wanted.contains(uuid) || others.contains(uuid))
        .map(wanted::contains)
        .orElseGet(() -> selection.restoredAs(entry.namespace()).isPresent());
  }
}
