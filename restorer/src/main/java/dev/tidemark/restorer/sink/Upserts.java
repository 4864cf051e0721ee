package dev.tidemark.restorer.sink;

import java.util.List;
import org.bson.BsonArray;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonValue;

/** Forms of an upsert that puts a document in the place of whatever has its {@code _id}. */
final class Upserts {

  private Upserts() {}

  /**
   * The document as a literal in a pipeline: the form in which a server replaces no empty timestamp
   * and refuses no name.
   */
  static BsonArray pipeline(BsonDocument document) {
    return new BsonArray(
        List.of(new BsonDocument("$replaceWith", new BsonDocument("$literal", document))));
  }

  /** One statement of an update command. */
  static BsonDocument statement(BsonDocument document, boolean asPipeline) {
    BsonValue id = document.get("_id");
    return new BsonDocument("q", new BsonDocument("_id", new BsonDocument("$eq", id)))
        .append("u", asPipeline ? pipeline(document) : document)
        .append("upsert", BsonBoolean.TRUE);
  }
}
