package dev.tidemark.oplog.update;

import dev.tidemark.oplog.fixture.Tree;
import java.util.ArrayList;
import java.util.List;
import org.bson.BsonBinary;

/** The rules of {@code $v: 2} deltas, one after the other, on values taken apart. */
final class ReferenceDelta {

  private ReferenceDelta() {}

  static Tree apply(Tree before, Tree diff) {
    Tree after = Tree.document();
    List<String> written = new ArrayList<>();
    for (Tree.Field field : before.fields) {
      String name = field.name();
      Tree value = field.value();
      if (section(diff, "d").get(name) != null || section(diff, "i").get(name) != null) {
        continue;
      }
      Tree update = section(diff, "u").get(name);
      Tree patch = section(diff, "b").get(name);
      Tree inner = diff.get("s" + name);
      if (update != null) {
        after.with(name, update);
        written.add(name);
      } else if (patch != null) {
        after.with(name, patch(value, patch));
      } else if (inner != null) {
        after.with(name, applyInside(value, inner));
      } else {
        after.with(name, value);
      }
    }
    for (Tree.Field update : section(diff, "u").fields) {
      if (!written.contains(update.name())) {
        after.with(update.name(), update.value());
      }
    }
    section(diff, "i").fields.forEach(insert -> after.with(insert.name(), insert.value()));
    return after;
  }

  private static Tree section(Tree diff, String name) {
    Tree section = diff.get(name);
    return section == null ? Tree.document() : section;
  }

  private static Tree applyInside(Tree value, Tree diff) {
    boolean isArrayDiff = diff.fields.get(0).name().equals("a");
    if (isArrayDiff && value.leaf == null && value.isArray) {
      return applyToArray(value, diff);
    }
    return !isArrayDiff && value.isDocument() ? apply(value, diff) : Tree.nothing();
  }

  private static Tree applyToArray(Tree before, Tree diff) {
    Tree resize = diff.get("l");
    int size = before.fields.size();
    for (Tree.Field field : diff.fields) {
      if (field.name().matches("[us][0-9]+")) {
        size = Math.max(size, Integer.parseInt(field.name().substring(1)) + 1);
      }
    }
    if (resize != null) {
      size = resize.leaf.asInt32().getValue();
    }
    Tree after = Tree.array();
    for (int i = 0; i < size; i++) {
      Tree old = i < before.fields.size() ? before.fields.get(i).value() : null;
      Tree update = diff.get("u" + i);
      Tree inner = diff.get("s" + i);
      if (update != null) {
        after.with("", update);
      } else if (old == null) {
        after.with("", Tree.nothing());
      } else {
        after.with("", inner == null ? old : applyInside(old, inner));
      }
    }
    return after;
  }

  private static Tree patch(Tree value, Tree patch) {
    int from = patch.get("o").leaf.asInt32().getValue();
    byte[] bytes = patch.get("d").leaf.asBinary().getData();
    if (value.leaf == null || !value.leaf.isBinary()) {
      return value;
    }
    BsonBinary old = value.leaf.asBinary();
    if (old.getData().length < from) {
      return value;
    }
    byte[] patched = new byte[from + bytes.length];
    System.arraycopy(old.getData(), 0, patched, 0, from);
    System.arraycopy(bytes, 0, patched, from, bytes.length);
    return Tree.leaf(new BsonBinary(old.getType(), patched));
  }
}
