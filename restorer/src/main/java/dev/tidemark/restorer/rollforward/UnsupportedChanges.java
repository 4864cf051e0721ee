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
import org.bson.BsonDocument;

/** What a roll forward cannot do to a base, told before anything is written. */
final class UnsupportedChanges {

  private UnsupportedChanges() {}

  /**
   * Fails if the way from a base to what shall be there cannot be gone; touches nothing.
   *
   * @throws TidemarkException REQUEST_NOT_SUPPORTED
   */
  static void refuse(ListedBase base, NamespaceSelection selection, WindowedFold fold) {
    Map<UUID, RestoredCollection> wanted = new HashMap<>();
    for (RestoredCollection collection : fold.collections()) {
      collection.metadata().uuid().ifPresent(uuid -> wanted.put(uuid, collection));
    }
    for (CatalogueEntry was : TargetState.entries(base.listed(), selection)) {
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
