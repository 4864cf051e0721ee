package dev.tidemark.embedded.mongo.command;

import dev.tidemark.embedded.mongo.bson.BsonTypes;
import dev.tidemark.embedded.mongo.bson.RawDocument;
import dev.tidemark.embedded.mongo.bson.RawElement;
import dev.tidemark.embedded.mongo.bson.RawWriter;
import dev.tidemark.embedded.mongo.wire.CommandFailure;
import java.util.Locale;

/**
 * Turns oplog entries into the events of a change stream: inserts, updates, replacements, deletes
 * and drops of collections, as a 7.0 server shows them without expanded events.
 *
 * <p>A resume token is {@code {_data: "82" + optime in hexadecimal + "04"}}: the head of a server's
 * tokens, whose first part is the optime as well.
 */
final class ChangeEvents {

  private static final String TOKEN_HEAD = "82";
  private static final String TOKEN_END = "04";
  private static final String COMMAND_NAMESPACE = ".$cmd";

  private ChangeEvents() {}

  static RawDocument token(long optime) {
    String data = TOKEN_HEAD + "%016X".formatted(optime) + TOKEN_END;
    return new RawWriter().string("_data", data).done();
  }

  /** The optime of a token; the stream goes on behind it. */
  static long optime(RawDocument token) {
    String data = token.string("_data", "");
    if (!data.startsWith(TOKEN_HEAD) || data.length() != 20) {
      throw CommandFailure.badValue("not a resume token of this simulator: " + token);
    }
    return Long.parseUnsignedLong(data.substring(2, 18), 16);
  }

  /** The collection that an entry is about; for a command whose value is one, that collection. */
  static String namespace(RawDocument entry) {
    String namespace = entry.string("ns", "");
    if (entry.string("op", "").equals("c") && namespace.endsWith(COMMAND_NAMESPACE)) {
      RawElement command = entry.document("o").first();
      if (command.type() == BsonTypes.STRING) {
        return namespace.substring(0, namespace.length() - COMMAND_NAMESPACE.length() + 1)
            + command.string();
      }
    }
    return namespace;
  }

  /** The event of an entry, or null if it has none. */
  static RawDocument of(RawDocument entry) {
    String kind = entry.string("op", "");
    String namespace = entry.string("ns", "");
    int dot = namespace.indexOf('.');
    if (kind.equals("n") || dot < 0) {
      return null;
    }
    String database = namespace.substring(0, dot);
    String collection = namespace.substring(dot + 1);
    RawDocument o = entry.document("o");
    return switch (kind) {
      case "i" ->
          event(entry, "insert", database, collection)
              .document("fullDocument", o)
              .document("documentKey", new RawWriter().element(o.get("_id")).done())
              .done();
      case "d" -> event(entry, "delete", database, collection).document("documentKey", o).done();
      case "u" -> update(entry, database, collection, o);
      case "c" -> command(entry, database, o);
      default -> throw CommandFailure.notSupported("change streams over entries of kind " + kind);
    };
  }

  private static RawWriter event(
      RawDocument entry, String type, String database, String collection) {
    RawElement time = entry.get("ts");
    RawWriter event =
        new RawWriter()
            .document("_id", token(time.int64()))
            .string("operationType", type)
            .timestamp("clusterTime", time.int64());
    if (entry.has("wall")) {
      event.element("wallTime", entry.get("wall"));
    }
    return event.openDocument("ns").string("db", database).string("coll", collection).close();
  }

  private static RawDocument update(
      RawDocument entry, String database, String collection, RawDocument o) {
    RawDocument key = entry.document("o2");
    if (o.has("_id")) {
      return event(entry, "replace", database, collection)
          .document("fullDocument", o)
          .document("documentKey", key)
          .done();
    }
    if (o.number("$v", 1) != 2) {
      throw CommandFailure.notSupported("change streams over updates in the form of 4.x");
    }
    UpdateDescription description = new UpdateDescription();
    description.add("", o.document("diff"));
    return event(entry, "update", database, collection)
        .document("documentKey", key)
        .document("updateDescription", description.done())
        .done();
  }

  private static RawDocument command(RawDocument entry, String database, RawDocument o) {
    RawElement command = o.first();
    return switch (command.name().toLowerCase(Locale.ROOT)) {
      case "drop" -> event(entry, "drop", database, command.string()).done();
      case "applyops", "committransaction" ->
          throw CommandFailure.notSupported("change streams over transactions");
      default -> null;
    };
  }
}
