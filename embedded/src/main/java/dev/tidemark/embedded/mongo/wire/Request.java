package dev.tidemark.embedded.mongo.wire;

import dev.tidemark.embedded.mongo.bson.RawDocument;
import dev.tidemark.embedded.mongo.bson.RawElement;
import java.util.List;
import java.util.Map;

/**
 * One command as it arrived.
 *
 * @param database the database it runs against
 * @param body the command document; its first field names the command
 * @param sequences documents that came beside the body, by the name of the field they stand for
 * @param connection number of the connection it came over
 */
public record Request(
    String database, RawDocument body, Map<String, List<RawDocument>> sequences, long connection) {

  public String command() {
    return body.isEmpty() ? "" : body.first().name();
  }

  /** The command's own argument, the value of its first field. */
  public RawElement argument() {
    return body.first();
  }

  /** The documents under that name, wherever they stand. */
  public List<RawDocument> documents(String name) {
    List<RawDocument> sequence = sequences.get(name);
    if (sequence != null) {
      return sequence;
    }
    RawDocument array = body.document(name);
    return array == null ? List.of() : array.documents();
  }

  public String namespace() {
    return database + "." + argument().string();
  }
}
