package dev.tidemark.oplog.entry;

import dev.tidemark.oplog.bson.BsonCursor;
import dev.tidemark.oplog.bson.BsonSlice;
import dev.tidemark.oplog.bson.BsonTag;
import java.util.UUID;

/** What one pass over an entry's own fields collects. Filled once, then only read. */
final class EntryFields {

  boolean hasOptime;
  long optime;
  long term = OplogEntry.NO_TERM;
  long version = OplogEntry.VERSION;
  String op;
  String namespace;
  UUID collection;
  boolean hasWall;
  long wall;
  BsonSlice lsid;
  boolean hasTxnNumber;
  long txnNumber;
  BsonSlice o;
  BsonSlice o2;
  boolean upsert;
  boolean hasPrevious;
  long previous;
  long multiOpType;
  boolean fromMigrate;
  boolean hasTenant;

  private EntryFields() {}

  static EntryFields read(BsonSlice raw) {
    EntryFields fields = new EntryFields();
    BsonCursor cursor = raw.cursor();
    while (cursor.next()) {
      fields.take(cursor);
    }
    return fields;
  }

  private void take(BsonCursor field) {
    switch (field.nameLength()) {
      case 1 -> takeShort(field);
      case 2 -> takeMedium(field);
      default -> takeLong(field);
    }
  }

  private void takeShort(BsonCursor field) {
    switch (field.array()[field.nameOffset()]) {
      case 'o' -> o = field.object();
      case 't' -> term = field.integer();
      case 'v' -> version = field.integer();
      case 'b' -> upsert = field.bool();
      default -> {}
    }
  }

  private void takeMedium(BsonCursor field) {
    if (field.nameIs("ts")) {
      optime = field.timestamp();
      hasOptime = true;
    } else if (field.nameIs("op")) {
      op = op(field);
    } else if (field.nameIs("ns")) {
      namespace = field.string();
    } else if (field.nameIs("ui")) {
      collection = field.uuid();
    } else if (field.nameIs("o2")) {
      o2 = field.object();
    }
  }

  private void takeLong(BsonCursor field) {
    if (field.nameIs("tid")) {
      hasTenant = true;
    } else if (field.nameIs("wall")) {
      wall = field.dateTime();
      hasWall = true;
    } else if (field.nameIs("lsid")) {
      lsid = field.object();
    } else if (field.nameIs("txnNumber")) {
      txnNumber = field.integer();
      hasTxnNumber = true;
    } else if (field.nameIs("prevOpTime")) {
      BsonCursor ts = field.object().find("ts");
      if (ts != null) {
        previous = ts.timestamp();
        hasPrevious = true;
      }
    } else if (field.nameIs("multiOpType")) {
      multiOpType = field.integer();
    } else if (field.nameIs("fromMigrate")) {
      fromMigrate = field.bool();
    }
  }

  /** The usual kinds without allocation. */
  private static String op(BsonCursor field) {
    if (field.tag() == BsonTag.STRING && field.valueLength() == 6) {
      switch (field.array()[field.valueOffset() + 4]) {
        case 'i':
          return "i";
        case 'u':
          return "u";
        case 'd':
          return "d";
        case 'c':
          return "c";
        case 'n':
          return "n";
        default:
          break;
      }
    }
    return field.string();
  }

  void inheritFrom(EntryFields outer) {
    if (!hasOptime) {
      optime = outer.optime;
      hasOptime = outer.hasOptime;
      term = outer.term;
    }
    if (!hasWall) {
      wall = outer.wall;
      hasWall = outer.hasWall;
    }
    if (lsid == null) {
      lsid = outer.lsid;
    }
    if (!hasTxnNumber) {
      txnNumber = outer.txnNumber;
      hasTxnNumber = outer.hasTxnNumber;
    }
    if (!hasPrevious) {
      previous = outer.previous;
      hasPrevious = outer.hasPrevious;
    }
    fromMigrate |= outer.fromMigrate;
    hasTenant |= outer.hasTenant;
  }
}
