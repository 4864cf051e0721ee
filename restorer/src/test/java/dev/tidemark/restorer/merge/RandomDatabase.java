package dev.tidemark.restorer.merge;

import dev.tidemark.oplog.bson.BsonSlice;
import dev.tidemark.oplog.optime.Optime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import org.bson.BsonArray;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonDouble;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonNull;
import org.bson.BsonString;
import org.bson.BsonValue;

/**
 * A collection that is changed at random and logs what it does as a server does: deltas computed
 * from the document before and the one after.
 */
final class RandomDatabase {

  static final int IDS = 60;

  private static final String[] FIELDS = {"a", "b", "c", "d", "e.f", "", "$g"};

  private final Random random;
  private final String namespace;
  private final UUID uuid;
  private final Map<Integer, BsonDocument> documents = new TreeMap<>();
  private final TestOplog oplog = new TestOplog().noop();

  RandomDatabase(long seed, String namespace, UUID uuid) {
    this.random = new Random(seed);
    this.namespace = namespace;
    this.uuid = uuid;
  }

  TestOplog oplog() {
    return oplog;
  }

  Optime now() {
    return oplog.last();
  }

  List<BsonSlice> documents() {
    return documents.values().stream().map(TestOplog::slice).toList();
  }

  Optional<BsonSlice> find(int id) {
    return Optional.ofNullable(documents.get(id)).map(TestOplog::slice);
  }

  void run(int operations) {
    for (int i = 0; i < operations; i++) {
      step();
    }
  }

  private void step() {
    int id = random.nextInt(IDS);
    BsonDocument before = documents.get(id);
    if (before == null) {
      BsonDocument document = new BsonDocument("_id", id(id));
      document.putAll(fields());
      documents.put(id, document);
      oplog.insert(namespace, uuid, document.clone());
      return;
    }
    BsonDocument key = new BsonDocument("_id", before.get("_id"));
    switch (random.nextInt(8)) {
      case 0 -> {
        documents.remove(id);
        oplog.delete(namespace, uuid, key);
      }
      case 1 -> {
        BsonDocument replacement = new BsonDocument("_id", id(id));
        replacement.putAll(fields());
        documents.put(id, replacement);
        oplog.update(namespace, uuid, key, replacement.clone());
      }
      default -> {
        BsonDocument diff = new BsonDocument();
        BsonDocument after = changed(before, diff);
        if (!diff.isEmpty()) {
          documents.put(id, after);
          oplog.update(
              namespace, uuid, key, new BsonDocument("$v", new BsonInt32(2)).append("diff", diff));
        }
      }
    }
  }

  /** The same id under any numeric type. */
  private BsonValue id(int id) {
    return switch (random.nextInt(3)) {
      case 0 -> new BsonInt64(id);
      case 1 -> new BsonDouble(id);
      default -> new BsonInt32(id);
    };
  }

  private BsonDocument fields() {
    BsonDocument fields = new BsonDocument();
    for (int i = random.nextInt(4); i >= 0; i--) {
      fields.put(FIELDS[random.nextInt(FIELDS.length)], value(2));
    }
    return fields;
  }

  private BsonValue value(int depth) {
    return switch (random.nextInt(depth == 0 ? 3 : 5)) {
      case 0 -> new BsonInt32(random.nextInt(100));
      case 1 -> new BsonString("s".repeat(random.nextInt(20)));
      case 2 -> BsonNull.VALUE;
      case 3 -> {
        BsonDocument document = new BsonDocument();
        for (int i = random.nextInt(3); i > 0; i--) {
          document.put(FIELDS[random.nextInt(FIELDS.length)], value(depth - 1));
        }
        yield document;
      }
      default -> {
        BsonArray array = new BsonArray();
        for (int i = random.nextInt(4); i > 0; i--) {
          array.add(value(depth - 1));
        }
        yield array;
      }
    };
  }

  /**
   * Changes a document and notes the change: deleted, then updated, then inserted fields, then
   * changes inside.
   */
  private BsonDocument changed(BsonDocument before, BsonDocument diff) {
    BsonDocument after = new BsonDocument();
    BsonDocument deleted = new BsonDocument();
    BsonDocument updated = new BsonDocument();
    BsonDocument inserted = new BsonDocument();
    BsonDocument inside = new BsonDocument();
    before.forEach(
        (name, value) -> {
          int choice = name.equals("_id") ? 9 : random.nextInt(10);
          if (choice == 0) {
            deleted.append(name, BsonBoolean.FALSE);
          } else if (choice == 1) {
            updated.append(name, value(2));
            after.append(name, updated.get(name));
          } else if (choice == 2 && value.isDocument()) {
            BsonDocument nested = new BsonDocument();
            after.append(name, changed(value.asDocument(), nested));
            if (!nested.isEmpty()) {
              inside.append("s" + name, nested);
            }
          } else if (choice == 3 && value.isArray()) {
            BsonDocument nested = new BsonDocument();
            after.append(name, changed(value.asArray(), nested));
            inside.append("s" + name, nested);
          } else {
            after.append(name, value);
          }
        });
    String added = FIELDS[random.nextInt(FIELDS.length)];
    if (!before.containsKey(added) && random.nextBoolean()) {
      inserted.append(added, value(2));
      after.append(added, inserted.get(added));
    }
    put(diff, "d", deleted);
    put(diff, "u", updated);
    put(diff, "i", inserted);
    diff.putAll(inside);
    return after;
  }

  private BsonArray changed(BsonArray before, BsonDocument diff) {
    diff.append("a", BsonBoolean.TRUE);
    BsonArray after = new BsonArray(before);
    if (!before.isEmpty() && random.nextBoolean()) {
      int length = random.nextInt(before.size());
      diff.append("l", new BsonInt32(length));
      while (after.size() > length) {
        after.remove(after.size() - 1);
      }
      return after;
    }
    int position = random.nextInt(before.size() + 1);
    BsonValue value = value(1);
    diff.append("u" + position, value);
    if (position == after.size()) {
      after.add(value);
    } else {
      after.set(position, value);
    }
    return after;
  }

  private static void put(BsonDocument diff, String section, BsonDocument fields) {
    if (!fields.isEmpty()) {
      diff.append(section, fields);
    }
  }
}
