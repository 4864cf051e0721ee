package dev.tidemark.cli.demo.truth;

import static com.mongodb.client.model.Filters.and;
import static com.mongodb.client.model.Filters.gte;
import static com.mongodb.client.model.Filters.lt;
import static com.mongodb.client.model.Projections.include;

import com.mongodb.client.MongoClient;
import dev.tidemark.oplog.optime.Optime;
import org.bson.BsonDocument;
import org.bson.Document;

/** Tells where a source's oplog is. Thread-safe. */
public final class SourceClock {

  private final MongoClient source;

  public SourceClock(MongoClient source) {
    this.source = source;
  }

  /** The newest optime that a majority of the set has. */
  public Optime majority() {
    BsonDocument hello =
        source.getDatabase("admin").runCommand(new Document("hello", 1), BsonDocument.class);
    return Optime.of(
        hello.getDocument("lastWrite").getDocument("majorityOpTime").getTimestamp("ts"));
  }

  /**
   * The newest entry before an optime.
   *
   * @param from an entry before it
   */
  public Optime lastBefore(Optime optime, Optime from) {
    Optime last = from;
    for (BsonDocument entry :
        source
            .getDatabase("local")
            .getCollection("oplog.rs", BsonDocument.class)
            .find(and(gte("ts", from.toTimestamp()), lt("ts", optime.toTimestamp())))
            .projection(include("ts"))) {
      last = Optime.of(entry.getTimestamp("ts"));
    }
    return last;
  }
}
