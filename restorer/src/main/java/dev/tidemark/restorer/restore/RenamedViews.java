package dev.tidemark.restorer.restore;

import dev.tidemark.archive.dump.CollectionMetadata;
import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.restorer.RestorerError;
import dev.tidemark.restorer.merge.RestoredCollection;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.bson.BsonValue;

/**
 * Views that follow their collections under other names.
 *
 * @param collections everything that is restored, with the views as they have to be
 * @param warnings what could not be changed: names inside of pipelines
 */
record RenamedViews(List<RestoredCollection> collections, List<String> warnings) {

  /**
   * @throws TidemarkException REQUEST_NOT_SUPPORTED if a view and what it is on would come into
   *     different databases
   */
  static RenamedViews of(List<RestoredCollection> restored) {
    return of(restored, bySource(restored), true);
  }

  /**
   * Those of one replica set of a cluster, where a view may be on what lies on other sets only.
   *
   * @param elsewhere what is restored there; empty if that is not known because nothing is renamed
   */
  static RenamedViews ofSet(
      List<RestoredCollection> restored, Optional<List<RestoredCollection>> elsewhere) {
    Map<String, RestoredCollection> bySource = bySource(elsewhere.orElse(List.of()));
    bySource.putAll(bySource(restored));
    return of(restored, bySource, elsewhere.isPresent());
  }

  /** A view is on what has the name now, not on what had it once and is revived beside it. */
  private static Map<String, RestoredCollection> bySource(List<RestoredCollection> restored) {
    Map<String, RestoredCollection> bySource = new HashMap<>();
    restored.forEach(
        collection ->
            bySource.merge(
                collection.source(), collection, (one, other) -> one.revived() ? other : one));
    return bySource;
  }

  private static RenamedViews of(
      List<RestoredCollection> restored,
      Map<String, RestoredCollection> bySource,
      boolean everything) {
    List<RestoredCollection> collections = new ArrayList<>();
    List<String> warnings = new ArrayList<>();
    for (RestoredCollection collection : restored) {
      collections.add(
          collection.metadata().isView()
              ? view(collection, bySource, everything, warnings)
              : collection);
    }
    return new RenamedViews(List.copyOf(collections), List.copyOf(warnings));
  }

  private static RestoredCollection view(
      RestoredCollection view,
      Map<String, RestoredCollection> bySource,
      boolean everything,
      List<String> warnings) {
    String database = view.source().substring(0, view.source().indexOf('.'));
    CollectionMetadata metadata = view.metadata();
    String viewOn = metadata.options().getString("viewOn", new BsonString("")).getValue();
    RestoredCollection below = bySource.get(database + "." + viewOn);
    if (below == null && everything) {
      warnings.add(
          "View " + view.namespace() + " is on " + viewOn + ", which is not restored with it.");
    } else if (below != null && !below.database().equals(view.database())) {
      throw new TidemarkException(
          RestorerError.REQUEST_NOT_SUPPORTED,
          "View "
              + view.source()
              + " and what it is on, "
              + below.source()
              + ", would come into different databases",
          view.namespace() + ", " + below.namespace(),
          "Rename both into one database, or exclude the view");
    }
    TreeSet<String> renamed = new TreeSet<>();
    metadata
        .options()
        .getArray("pipeline", new BsonArray())
        .forEach(stage -> references(stage, database, bySource, renamed));
    if (!renamed.isEmpty()) {
      warnings.add(
          "The pipeline of view "
              + view.namespace()
              + " names collections that are restored under other names: "
              + String.join(", ", renamed));
    }
    if (below == null || below.name().equals(viewOn)) {
      return view;
    }
    BsonDocument options = metadata.options().clone();
    options.put("viewOn", new BsonString(below.name()));
    return new RestoredCollection(
        view.source(),
        view.database(),
        view.name(),
        new CollectionMetadata(metadata.type(), options, metadata.indexes(), metadata.uuid()),
        view.revived());
  }

  /** Finds what stages such as $lookup and $unionWith name, at any depth. */
  private static void references(
      BsonValue value,
      String database,
      Map<String, RestoredCollection> bySource,
      TreeSet<String> renamed) {
    if (value.isArray()) {
      value.asArray().forEach(element -> references(element, database, bySource, renamed));
    } else if (value.isDocument()) {
      value
          .asDocument()
          .forEach(
              (name, element) -> {
                if (element.isString()
                    && (name.equals("from") || name.equals("coll") || name.equals("$unionWith"))) {
                  String referenced = element.asString().getValue();
                  RestoredCollection found = bySource.get(database + "." + referenced);
                  if (found != null && !found.name().equals(referenced)) {
                    renamed.add(referenced + " is " + found.namespace());
                  }
                } else {
                  references(element, database, bySource, renamed);
                }
              });
    }
  }
}
