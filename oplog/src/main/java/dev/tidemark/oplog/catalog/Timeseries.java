package dev.tidemark.oplog.catalog;

import java.util.Map;
import java.util.Optional;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonString;
import org.bson.BsonValue;

/**
 * Time-series collections as their users see them, from the collections of buckets below that the
 * oplog speaks of.
 *
 * <p>Up to 8.2 a series {@code db.X} is a view of {@code db.system.buckets.X}, and its indexes are
 * logged with the buckets' fields: {@code {meta.device: 1, control.min.t: 1, control.max.t: 1}} is
 * {@code {m.device: 1, t: 1}} to the user of a series with time field {@code t} and meta field
 * {@code m}.
 */
final class Timeseries {

  private static final String BUCKETS = "system.buckets.";
  private static final String META = "meta";
  private static final String MIN = "control.min.";
  private static final String MAX = "control.max.";

  /** How many seconds a bucket spans if only its granularity is given. */
  private static final Map<String, Integer> SPANS =
      Map.of("seconds", 3_600, "minutes", 86_400, "hours", 2_592_000);

  private Timeseries() {}

  static boolean isBuckets(String namespace) {
    return Namespaces.collection(namespace).startsWith(BUCKETS);
  }

  /** Whether the collection holds buckets, under whatever name. */
  static boolean isTimeseries(TrackedCollection collection) {
    return collection.options().containsKey("timeseries") || isBuckets(collection.namespace());
  }

  static String bucketsOf(String series) {
    return Namespaces.database(series) + "." + BUCKETS + Namespaces.collection(series);
  }

  static String seriesOf(String buckets) {
    return Namespaces.database(buckets)
        + "."
        + Namespaces.collection(buckets).substring(BUCKETS.length());
  }

  /** Whether a view is the one that a server makes for a time-series collection. */
  static boolean isSeriesView(BsonDocument view) {
    return view.isString("viewOn") && view.getString("viewOn").getValue().startsWith(BUCKETS);
  }

  /** The index on a series that an index on its buckets stands for, if users can see it. */
  static Optional<BsonDocument> seriesIndex(BsonDocument options, BsonDocument bucketsIndex) {
    if (bucketsIndex.isDocument("originalSpec")
        && bucketsIndex.getDocument("originalSpec").isString("name")) {
      return Optional.of(IndexSpecs.normalised(bucketsIndex.getDocument("originalSpec")));
    }
    if (!options.isDocument("timeseries") || !bucketsIndex.isDocument("key")) {
      return Optional.empty();
    }
    return seriesKey(options.getDocument("timeseries"), bucketsIndex.getDocument("key"))
        .map(
            key -> {
              BsonDocument index = bucketsIndex.clone();
              index.put("key", key);
              return index;
            });
  }

  private static Optional<BsonDocument> seriesKey(
      BsonDocument timeseries, BsonDocument bucketsKey) {
    String timeField = text(timeseries, "timeField");
    String metaField = text(timeseries, "metaField");
    BsonDocument key = new BsonDocument();
    for (Map.Entry<String, BsonValue> field : bucketsKey.entrySet()) {
      String name = field.getKey();
      if (name.equals(MIN + timeField)) {
        key.append(timeField, field.getValue());
      } else if (metaField != null && name.equals(META)) {
        key.append(metaField, field.getValue());
      } else if (metaField != null && name.startsWith(META + ".")) {
        key.append(metaField + name.substring(META.length()), field.getValue());
      } else if (!name.equals(MAX + timeField)) {
        return Optional.empty();
      }
    }
    return Optional.of(key);
  }

  private static String text(BsonDocument document, String field) {
    return document.isString(field) ? document.getString(field).getValue() : null;
  }

  /** Applies the {@code timeseries} part of a collMod: the size of the buckets to come. */
  static BsonDocument modified(BsonDocument timeseries, BsonDocument change) {
    BsonDocument modified = timeseries.clone();
    String granularity = text(change, "granularity");
    if (granularity != null) {
      if (!granularity.equals(text(timeseries, "granularity"))) {
        modified.put("granularity", new BsonString(granularity));
        modified.remove("bucketRoundingSeconds");
        Integer span = SPANS.get(granularity);
        if (span != null) {
          modified.put("bucketMaxSpanSeconds", new BsonInt32(span));
        }
      }
    } else if (change.containsKey("bucketMaxSpanSeconds")) {
      modified.remove("granularity");
      modified.putAll(change);
    }
    return modified;
  }
}
