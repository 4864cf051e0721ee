package dev.tidemark.restorer.snapshot;

import com.mongodb.MongoCommandException;
import dev.tidemark.oplog.bson.BsonSlice;
import dev.tidemark.restorer.mongo.Deployment;
import dev.tidemark.restorer.mongo.RawCursor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonString;
import org.bson.BsonValue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Cuts large collections into ranges of about equal size, at keys that the server samples.
 *
 * <p>The keys only decide how even the ranges are. Whatever they are, the ranges together hold
 * every key exactly once, as long as the keys rise in the order of the index.
 */
final class KeySplitter {

  private static final Logger LOG = LoggerFactory.getLogger(KeySplitter.class);
  private static final int SAMPLES_PER_RANGE = 10;
  private static final int MAX_RANGES = 4_000;

  private final Deployment member;
  private final long rangeBytes;

  KeySplitter(Deployment member, long rangeBytes) {
    this.member = member;
    this.rangeBytes = rangeBytes;
  }

  List<KeyRange> split(SourceCollection collection) {
    if (!collection.splittable()) {
      return List.of(KeyRange.ALL);
    }
    try {
      long ranges = Math.min(MAX_RANGES, (bytes(collection) + rangeBytes - 1) / rangeBytes);
      return ranges < 2 ? List.of(KeyRange.ALL) : between(bounds(collection, (int) ranges));
    } catch (MongoCommandException e) {
      LOG.info(
          "{} is read as one range: the source does not sample it (code {})",
          collection.namespace(),
          e.getErrorCode());
      return List.of(KeyRange.ALL);
    }
  }

  private long bytes(SourceCollection collection) {
    BsonDocument stats =
        member.runAnywhere(
            collection.database(),
            new BsonDocument("collStats", new BsonString(collection.name())));
    return stats.isNumber("size") ? stats.getNumber("size").longValue() : 0;
  }

  private List<BsonValue> bounds(SourceCollection collection, int ranges) {
    BsonArray pipeline =
        new BsonArray(
            List.of(
                new BsonDocument(
                    "$sample",
                    new BsonDocument("size", new BsonInt64((long) ranges * SAMPLES_PER_RANGE))),
                new BsonDocument("$project", new BsonDocument("_id", new BsonInt32(1))),
                new BsonDocument("$sort", new BsonDocument("_id", new BsonInt32(1)))));
    List<BsonValue> samples = new ArrayList<>();
    try (RawCursor cursor =
        RawCursor.open(
            member,
            collection.database(),
            new BsonDocument("aggregate", new BsonString(collection.name()))
                .append("pipeline", pipeline)
                .append("cursor", new BsonDocument()),
            new BsonDocument())) {
      for (BsonSlice sample = cursor.next(); sample != null; sample = cursor.next()) {
        samples.add(sample.toRawBsonDocument().get("_id"));
      }
    }
    List<BsonValue> bounds = new ArrayList<>();
    for (int i = SAMPLES_PER_RANGE; i < samples.size(); i += SAMPLES_PER_RANGE) {
      BsonValue bound = samples.get(i);
      if (bounds.isEmpty() || !bounds.get(bounds.size() - 1).equals(bound)) {
        bounds.add(bound);
      }
    }
    return bounds;
  }

  /** The ranges that rising bounds separate. */
  static List<KeyRange> between(List<BsonValue> bounds) {
    List<KeyRange> ranges = new ArrayList<>();
    Optional<BsonValue> from = Optional.empty();
    for (BsonValue bound : bounds) {
      ranges.add(new KeyRange(from, Optional.of(bound)));
      from = Optional.of(bound);
    }
    ranges.add(new KeyRange(from, Optional.empty()));
    return ranges;
  }
}
