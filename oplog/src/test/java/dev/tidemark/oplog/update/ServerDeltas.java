package dev.tidemark.oplog.update;

import dev.tidemark.oplog.fixture.Tree;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bson.BsonBoolean;
import org.bson.BsonInt32;

/**
 * Computes the delta between two stored documents the way servers do: both are walked side by side,
 * a field that is not where it was is inserted anew.
 */
final class ServerDeltas {

  private ServerDeltas() {}

  /** The diff that makes the second document of the first, or null if they are the same. */
  static Tree between(Tree before, Tree after) {
    Map<String, Tree> deletes = new LinkedHashMap<>();
    Tree updates = Tree.document();
    Tree inserts = Tree.document();
    Tree inner = Tree.document();
    int old = 0;
    int now = 0;
    while (old < before.fields.size() && now < after.fields.size()) {
      Tree.Field was = before.fields.get(old);
      Tree.Field is = after.fields.get(now);
      old++;
      if (!was.name().equals(is.name())) {
        deletes.put(was.name(), Tree.leaf(BsonBoolean.FALSE));
        continue;
      }
      now++;
      if (!same(was.value(), is.value())) {
        change(was.value(), is, updates, "", inner, "s");
      }
    }
    for (; old < before.fields.size(); old++) {
      deletes.put(before.fields.get(old).name(), Tree.leaf(BsonBoolean.FALSE));
    }
    for (; now < after.fields.size(); now++) {
      inserts.with(after.fields.get(now).name(), after.fields.get(now).value());
      deletes.remove(after.fields.get(now).name());
    }
    Tree deleted = Tree.document();
    deletes.forEach(deleted::with);
    Tree diff = Tree.document();
    addSection(diff, "d", deleted);
    addSection(diff, "u", updates);
    addSection(diff, "i", inserts);
    inner.fields.forEach(field -> diff.with(field.name(), field.value()));
    return diff.fields.isEmpty() ? null : diff;
  }

  private static void addSection(Tree diff, String name, Tree fields) {
    if (!fields.fields.isEmpty()) {
      diff.with(name, fields);
    }
  }

  private static void change(
      Tree was, Tree.Field is, Tree updates, String prefix, Tree inner, String innerPrefix) {
    if (was.leaf == null && is.value().leaf == null && was.isArray == is.value().isArray) {
      Tree diff = was.isArray ? betweenArrays(was, is.value()) : between(was, is.value());
      inner.with(innerPrefix + is.name(), diff);
    } else {
      updates.with(prefix + is.name(), is.value());
    }
  }

  private static Tree betweenArrays(Tree before, Tree after) {
    Tree diff = Tree.document().with("a", Tree.leaf(BsonBoolean.TRUE));
    if (after.fields.size() < before.fields.size()) {
      diff.with("l", Tree.leaf(new BsonInt32(after.fields.size())));
    }
    for (int i = 0; i < after.fields.size(); i++) {
      Tree is = after.fields.get(i).value();
      if (i >= before.fields.size()) {
        diff.with("u" + i, is);
      } else if (!same(before.fields.get(i).value(), is)) {
        Tree.Field named = new Tree.Field(String.valueOf(i), is);
        change(before.fields.get(i).value(), named, diff, "u", diff, "s");
      }
    }
    return diff;
  }

  private static boolean same(Tree left, Tree right) {
    return Tree.document()
        .with("x", left)
        .toSlice()
        .equals(Tree.document().with("x", right).toSlice());
  }
}
