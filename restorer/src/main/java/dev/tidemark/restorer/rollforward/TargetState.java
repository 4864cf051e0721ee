package dev.tidemark.restorer.rollforward;

import com.mongodb.MongoException;
import dev.tidemark.oplog.catalog.Catalogue;
import dev.tidemark.oplog.catalog.CatalogueEntry;
import dev.tidemark.oplog.catalog.CollectionSeed;
import dev.tidemark.oplog.catalog.CollectionType;
import dev.tidemark.oplog.optime.Optime;
import dev.tidemark.restorer.merge.NamespaceSelection;
import dev.tidemark.restorer.mongo.Deployment;
import dev.tidemark.restorer.mongo.ServerFailures;
import dev.tidemark.restorer.snapshot.CollectionListing;
import dev.tidemark.restorer.snapshot.SourceCollection;
import java.util.List;

/** Which collections and views a listing shows, in the catalogue's own form of their options. */
final class TargetState {

  private TargetState() {}

  /** Lists a target. */
  static List<SourceCollection> list(Deployment target) {
    try {
      return new CollectionListing(target).read();
    } catch (MongoException e) {
      throw ServerFailures.ofTarget(e, "list collections and indexes", target.toString());
    }
  }

  /** What was listed and is rolled forward. */
  static List<CatalogueEntry> entries(List<SourceCollection> listed, NamespaceSelection selection) {
    Catalogue catalogue = new Catalogue(Optime.ZERO);
    for (SourceCollection collection : listed) {
      catalogue.seed(
          CollectionSeed.of(
              collection.namespace(),
              type(collection.type()),
              collection.uuid(),
              collection.options(),
              collection.indexes()));
    }
    return catalogue.alive().stream()
        .filter(entry -> selection.restoredAs(entry.namespace()).isPresent())
        .toList();
  }

  private static CollectionType type(String text) {
    for (CollectionType type : CollectionType.values()) {
      if (type.text().equals(text)) {
        return type;
      }
    }
    return CollectionType.COLLECTION;
  }
}
