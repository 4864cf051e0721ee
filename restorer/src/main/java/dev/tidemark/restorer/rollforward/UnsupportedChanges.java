package dev.tidemark.restorer.rollforward;

import dev.tidemark.oplog.catalog.CatalogueEntry;
import dev.tidemark.oplog.catalog.CollectionType;
import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.restorer.RestorerError;
import dev.tidemark.restorer.merge.NamespaceSelection;
import dev.tidemark.restorer.merge.RestoredCollection;
import dev.tidemark.restorer.merge.WindowedFold;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.bson.BsonDocument;

/** What a roll forward cannot do to a base, told before anything is written. */
final class UnsupportedChanges {

  private UnsupportedChanges() {}

  /**
   * Fails if the way from a base to what shall be there cannot be gone; touches nothing.
   *
   * @throws TidemarkException REQUEST_NOT_SUPPORTED; REQUEST_UNKNOWN_NAMESPACE or REQUEST_MALFORMED
   *     if the selection makes no sense at the wanted moment
   */
  static void refuse(ListedBase base, NamespaceSelection selection, WindowedFold fold) {
    selection.requireKnown(fold.collections());
    Map<UUID, RestoredCollection> wanted = new HashMap<>();
    Set<String> names = new HashSet<>();
    for (RestoredCollection collection : fold.collections()) {
      collection.metadata().uuid().ifPresent(uuid -> wanted.put(uuid, collection));
      names.add(collection.namespace());
    }
    Concerned concerned = Concerned.of(selection, fold);
    for (CatalogueEntry was : TargetState.entries(base.listed())) {
      if (!concerned.has(was)) {
        refuseInTheWay(was, names);
        continue;
      }
      if (was.type() == CollectionType.VIEW) {
        continue;
      }
      if (was.uuid().isEmpty()) {
        throw unsupported("rolling a collection without a UUID forward", was.namespace());
      }
      RestoredCollection becomes = wanted.get(was.uuid().get());
      // What is made anew gets its options together with its documents.
      if (becomes != null && !fold.whole().contains(becomes)) {
        refuse(was, becomes);
      }
    }
  }

  /**
   * What stays as it is keeps its name, which something that is rolled forward may have by then.
   */
  private static void refuseInTheWay(CatalogueEntry stays, Set<String> names) {
    if (names.contains(stays.namespace())) {
      throw new TidemarkException(
          RestorerError.REQUEST_MALFORMED,
          stays.namespace()
              + " is another collection at the wanted moment than on the base, where that one has"
              + " another name by then, which is not selected",
          stays.namespace(),
          "Select what it became, too, or neither of them");
    }
  }

  private static void refuse(CatalogueEntry was, RestoredCollection becomes) {
    BsonDocument changes =
        OptionChanges.between(was.options(), becomes.metadata().options(), was.namespace());
    if (was.type() == CollectionType.TIMESERIES
        && !(changes.isEmpty() && was.namespace().equals(becomes.namespace()))) {
      throw unsupported("changing a time-series collection while rolling forward", was.namespace());
    }
  }

  private static TidemarkException unsupported(String what, String where) {
    return new TidemarkException(
        RestorerError.REQUEST_NOT_SUPPORTED,
        "not supported yet: " + what,
        where,
        "Restore from a snapshot in the archive instead");
  }
}
