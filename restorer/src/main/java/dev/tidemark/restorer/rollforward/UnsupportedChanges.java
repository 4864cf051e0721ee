package dev.tidemark.restorer.rollforward;

import dev.tidemark.oplog.catalog.CatalogueEntry;
import dev.tidemark.oplog.catalog.CollectionType;
import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.restorer.RestorerError;
import dev.tidemark.restorer.merge.NamespaceSelection;
import dev.tidemark.restorer.merge.RestoredCollection;
import dev.tidemark.restorer.merge.WindowedFold;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

/** What a roll forward cannot do to a base, told before anything is written. */
final class UnsupportedChanges {

  private static final String INSTEAD = "Restore from a snapshot in the archive instead";

  private UnsupportedChanges() {}

  /**
   * Fails if the way from a base to what shall be there cannot be gone; touches nothing.
   *
   * @throws TidemarkException REQUEST_NOT_SUPPORTED, or REQUEST_MALFORMED if a name would be given
   *     twice
   */
  static void refuse(ListedBase base, NamespaceSelection selection, WindowedFold fold) {
    Map<UUID, RestoredCollection> wanted = new HashMap<>();
    Map<String, RestoredCollection> byName = new HashMap<>();
    for (RestoredCollection collection : fold.collections()) {
      collection.metadata().uuid().ifPresent(uuid -> wanted.put(uuid, collection));
      byName.put(collection.namespace(), collection);
    }
    Concerned concerned = Concerned.of(selection, fold);
    for (CatalogueEntry was : TargetState.entries(base.listed())) {
      if (!concerned.has(was)) {
        refuseInTheWay(was, byName.get(was.namespace()));
        continue;
      }
      if (was.type() == CollectionType.VIEW) {
        continue;
      }
      if (was.uuid().isEmpty()) {
        throw refused(
            "a collection without a UUID cannot be rolled forward: only its name would tell which"
                + " entries are about it",
            was.namespace(),
            INSTEAD);
      }
      RestoredCollection becomes = wanted.get(was.uuid().get());
      if (becomes != null) {
        refuseMoving(was, becomes);
        // What is made anew gets its options together with its documents.
        if (!fold.whole().contains(becomes)) {
          var unused =
              OptionChanges.between(was.options(), becomes.metadata().options(), was.namespace());
        }
      }
    }
  }

  /**
   * What stays as it is keeps its name, which something that is rolled forward may have by then.
   */
  private static void refuseInTheWay(CatalogueEntry stays, RestoredCollection other) {
    if (other == null) {
      return;
    }
    boolean renamed = !other.source().equals(other.namespace());
    throw new TidemarkException(
        RestorerError.REQUEST_MALFORMED,
        renamed
            ? other.source()
                + " cannot be called "
                + stays.namespace()
                + ": what has that name on the base is not selected, and keeps it"
            : stays.namespace()
                + " is another collection at the wanted moment than on the base, where that one has"
                + " another name by then, which is not selected",
        stays.namespace(),
        renamed
            ? "Choose a name that is free on the base"
            : "Select what it became, too, or neither of them");
  }

  private static void refuseMoving(CatalogueEntry was, RestoredCollection becomes) {
    if (!was.namespace().startsWith(becomes.database() + ".")) {
      throw refused(
          was.namespace()
              + " cannot be rolled forward as "
              + becomes.namespace()
              + ": from one database into another a server copies all documents instead of renaming",
          was.namespace(),
          "Choose a name in the same database, or restore from a snapshot in the archive");
    }
    if (was.type() == CollectionType.TIMESERIES && !was.namespace().equals(becomes.namespace())) {
      throw refused(
          "no server renames a time-series collection",
          was.namespace() + " to " + becomes.namespace(),
          "Leave its name, or restore from a snapshot in the archive");
    }
  }

  private static TidemarkException refused(String reason, String where, String remedy) {
    return new TidemarkException(RestorerError.REQUEST_NOT_SUPPORTED, reason, where, remedy);
  }
}
