package dev.tidemark.oplog.update;

import dev.tidemark.oplog.fixture.Tree;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/** The rules of {@code $v: 1} modifiers, path after path, on values taken apart. */
final class ReferenceModifiers {

  /** One path and the value it gets, or null if it is removed. */
  record Modifier(String path, Tree value) {}

  private final boolean numeric;

  ReferenceModifiers(ModifierOrder order) {
    this.numeric = order == ModifierOrder.NUMERIC;
  }

  Tree apply(Tree before, List<Modifier> modifiers) {
    Tree document = before.copy();
    List<Modifier> sorted = new ArrayList<>(modifiers);
    sorted.sort(Comparator.comparing(Modifier::path, this::comparePaths));
    for (Modifier modifier : sorted) {
      apply(document, modifier.path().split("\\."), modifier.value());
    }
    return document;
  }

  private int comparePaths(String left, String right) {
    String[] leftParts = left.split("\\.");
    String[] rightParts = right.split("\\.");
    for (int i = 0; i < Math.min(leftParts.length, rightParts.length); i++) {
      int order = compareNames(leftParts[i], rightParts[i]);
      if (order != 0) {
        return order;
      }
    }
    return Integer.compare(leftParts.length, rightParts.length);
  }

  private int compareNames(String left, String right) {
    if (numeric && isNumber(left) && isNumber(right)) {
      return Long.compare(Long.parseLong(left), Long.parseLong(right));
    }
    return Arrays.compareUnsigned(
        left.getBytes(StandardCharsets.UTF_8), right.getBytes(StandardCharsets.UTF_8));
  }

  private static boolean isNumber(String name) {
    return name.matches("0|[1-9][0-9]*");
  }

  private static void apply(Tree parent, String[] path, Tree value) {
    Tree at = parent;
    for (int i = 0; i < path.length; i++) {
      if (at.leaf != null || (at.isArray && !path[i].matches("[0-9]+"))) {
        return;
      }
      int position = at.isArray ? Integer.parseInt(path[i]) : at.position(path[i]);
      boolean exists = position >= 0 && position < at.fields.size();
      boolean last = i == path.length - 1;
      if (exists && last) {
        end(at, position, value);
        return;
      }
      if (!exists) {
        if (value != null) {
          create(at, position, Arrays.copyOfRange(path, i, path.length), value);
        }
        return;
      }
      at = at.fields.get(position).value();
    }
  }

  private static void end(Tree parent, int position, Tree value) {
    if (value != null) {
      parent.set(position, value);
    } else if (parent.isArray) {
      parent.set(position, Tree.nothing());
    } else {
      parent.fields.remove(position);
    }
  }

  private static void create(Tree parent, int index, String[] path, Tree value) {
    Tree created = value;
    for (int i = path.length - 1; i > 0; i--) {
      created = Tree.document().with(path[i], created);
    }
    while (parent.isArray && parent.fields.size() < index) {
      parent.with("", Tree.nothing());
    }
    parent.with(path[0], created);
  }
}
