package dev.tidemark.oplog.catalog;

import dev.tidemark.oplog.entry.OplogEntry;
import dev.tidemark.oplog.error.OplogError;
import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.oplog.optime.Optime;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.bson.BsonBinarySubType;
import org.bson.BsonDocument;
import org.bson.BsonValue;

/** A command of the oplog, decoded: they are few. Every accessor fails with a code. */
final class Command {

  private final OplogEntry entry;
  private final Optime effective;
  private final BsonDocument fields;
  private final String name;

  private Command(OplogEntry entry, Optime effective, BsonDocument fields) {
    this.entry = entry;
    this.effective = effective;
    this.fields = fields;
    this.name = fields.isEmpty() ? "" : fields.getFirstKey();
  }

  static Command of(OplogEntry entry, Optime effective) {
    try {
      return new Command(entry, effective, DocumentCodec.decode(entry.o()));
    } catch (TidemarkException e) {
      throw entry.located(e);
    }
  }

  /** The first field, which names the command. */
  String name() {
    return name;
  }

  Optime effective() {
    return effective;
  }

  BsonDocument fields() {
    return fields;
  }

  /** The UUID of the collection that the command is about, or null. */
  UUID collection() {
    return entry.collection();
  }

  String database() {
    return Namespaces.database(entry.namespace());
  }

  /** The namespace that the command's own value names in its database. */
  String target() {
    return database() + "." + string(name);
  }

  String string(String field) {
    BsonValue value = required(field);
    if (!value.isString()) {
      throw malformed("its field '" + field + "' is not a string");
    }
    return value.asString().getValue();
  }

  BsonDocument document(String field) {
    return document(field, required(field));
  }

  BsonDocument document(String field, BsonValue value) {
    if (!value.isDocument()) {
      throw malformed("its field '" + field + "' is not a document");
    }
    return value.asDocument();
  }

  List<BsonDocument> documents(String field) {
    BsonValue value = required(field);
    if (!value.isArray()) {
      throw malformed("its field '" + field + "' is not an array");
    }
    List<BsonDocument> documents = new ArrayList<>();
    value.asArray().forEach(element -> documents.add(document(field, element)));
    return documents;
  }

  boolean isTrue(String field) {
    BsonValue value = fields.get(field);
    return value != null && value.isBoolean() && value.asBoolean().getValue();
  }

  /** The UUID in a field that may also hold something else; null then. */
  UUID uuidOrNull(String field) {
    return uuidOrNull(fields.get(field));
  }

  static UUID uuidOrNull(BsonValue value) {
    if (value == null
        || !value.isBinary()
        || value.asBinary().getType() != BsonBinarySubType.UUID_STANDARD.getValue()
        || value.asBinary().getData().length != 16) {
      return null;
    }
    ByteBuffer bytes = ByteBuffer.wrap(value.asBinary().getData());
    return new UUID(bytes.getLong(), bytes.getLong());
  }

  private BsonValue required(String field) {
    BsonValue value = fields.get(field);
    if (value == null) {
      throw malformed("it has no field '" + field + "'");
    }
    return value;
  }

  TidemarkException malformed(String detail) {
    return failure(
        OplogError.OPLOG_COMMAND_MALFORMED,
        "the command '" + name + "' cannot be understood: " + detail,
        "Compare the entry with its source; if they differ, fetch it again, else restore with a"
            + " release that supports the server that wrote it");
  }

  TidemarkException failure(OplogError code, String reason, String remedy) {
    return new TidemarkException(code, reason, entry.where(), remedy);
  }
}
