package dev.tidemark.embedded.mongo;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonNull;
import org.bson.BsonValue;

/**
 * Replays oplog entries one by one into maps, written from the format's rules alone and sharing no
 * code with the simulator, so that it can contradict it.
 */
final class ReplayedCollections {

  private final Map<UUID, Map<BsonValue, BsonDocument>> documents = new HashMap<>();
  private final Map<String, UUID> names = new HashMap<>();

  void apply(BsonDocument entry) {
    String op = entry.getString("op").getValue();
    switch (op) {
      case "n" -> {}
      case "c" -> command(entry);
      default -> document(op, entry);
    }
  }

  Map<String, UUID> names() {
    return names;
  }

  Map<BsonValue, BsonDocument> documents(UUID uuid) {
    return documents.get(uuid);
  }

  private void document(String op, BsonDocument entry) {
    Map<BsonValue, BsonDocument> collection = documents.get(entry.getBinary("ui").asUuid());
    BsonDocument o = entry.getDocument("o");
    switch (op) {
      case "i" -> require(collection.put(o.get("_id"), o) == null, entry);
      case "d" -> require(collection.remove(o.get("_id")) != null, entry);
      case "u" -> {
        BsonValue id = entry.getDocument("o2").get("_id");
        BsonDocument pre = collection.get(id);
        require(pre != null, entry);
        collection.put(id, o.containsKey("_id") ? idFirst(o) : patch(pre, o.getDocument("diff")));
      }
      default -> throw new IllegalStateException(entry.toJson());
    }
  }

  private static void require(boolean holds, BsonDocument entry) {
    if (!holds) {
      throw new IllegalStateException("entry does not fit what came before: " + entry.toJson());
    }
  }

  private void command(BsonDocument entry) {
    BsonDocument o = entry.getDocument("o");
    String ns = entry.getString("ns").getValue();
    String database = ns.substring(0, ns.indexOf('.') + 1);
    switch (o.getFirstKey()) {
      case "create" -> {
        UUID uuid = entry.getBinary("ui").asUuid();
        names.put(database + o.getString("create").getValue(), uuid);
        documents.put(uuid, new HashMap<>());
      }
      case "drop" -> {
        require(names.remove(database + o.getString("drop").getValue()) != null, entry);
        documents.remove(entry.getBinary("ui").asUuid());
      }
      case "renameCollection" -> {
        if (o.containsKey("dropTarget")) {
          documents.remove(o.getBinary("dropTarget").asUuid());
        }
        UUID uuid = names.remove(o.getString("renameCollection").getValue());
        require(uuid.equals(entry.getBinary("ui").asUuid()), entry);
        names.put(o.getString("to").getValue(), uuid);
      }
      case "dropDatabase",
          "createIndexes",
          "startIndexBuild",
          "commitIndexBuild",
          "dropIndexes",
          "collMod" -> {}
      default -> throw new IllegalStateException(entry.toJson());
    }
  }

  private static BsonDocument idFirst(BsonDocument document) {
    BsonDocument ordered = new BsonDocument("_id", document.get("_id"));
    ordered.putAll(document);
    return ordered;
  }

  private static BsonDocument patch(BsonDocument pre, BsonDocument diff) {
    BsonDocument deleted = diff.getDocument("d", new BsonDocument());
    BsonDocument updated = diff.getDocument("u", new BsonDocument());
    BsonDocument inserted = diff.getDocument("i", new BsonDocument());
    BsonDocument post = new BsonDocument();
    pre.forEach(
        (name, value) -> {
          if (deleted.containsKey(name) || inserted.containsKey(name)) {
            return;
          }
          if (updated.containsKey(name)) {
            post.put(name, updated.get(name));
          } else if (diff.containsKey("s" + name)) {
            post.put(name, sub(value, diff.getDocument("s" + name)));
          } else {
            post.put(name, value);
          }
        });
    updated.forEach(post::putIfAbsent);
    post.putAll(inserted);
    return post;
  }

  private static BsonValue sub(BsonValue value, BsonDocument diff) {
    if (diff.getFirstKey().equals("a")) {
      return value.isArray() ? patch(value.asArray(), diff) : BsonNull.VALUE;
    }
    return value.isDocument() ? patch(value.asDocument(), diff) : BsonNull.VALUE;
  }

  private static BsonArray patch(BsonArray pre, BsonDocument diff) {
    List<BsonValue> post = new ArrayList<>(pre);
    if (diff.containsKey("l")) {
      int length = diff.getInt32("l").getValue();
      post = new ArrayList<>(post.subList(0, Math.min(length, post.size())));
    }
    Set<String> control = new HashSet<>(Set.of("a", "l"));
    for (Map.Entry<String, BsonValue> change : diff.entrySet()) {
      if (control.remove(change.getKey())) {
        continue;
      }
      int index = Integer.parseInt(change.getKey().substring(1));
      while (post.size() <= index) {
        post.add(BsonNull.VALUE);
      }
      post.set(
          index,
          change.getKey().charAt(0) == 'u'
              ? change.getValue()
              : sub(post.get(index), change.getValue().asDocument()));
    }
    return new BsonArray(post);
  }
}
