package dev.tidemark.oplog.update;

import dev.tidemark.oplog.fixture.RandomTrees;
import dev.tidemark.oplog.fixture.Tree;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.bson.BsonBoolean;
import org.bson.BsonInt32;

/** Random well-formed diffs. Most fit the document they are made for, some do not. */
final class RandomDeltas {

  private static final List<String> SECTIONS = List.of("d", "u", "i", "b", "s");

  private final Random random;
  private final RandomTrees trees;

  RandomDeltas(Random random) {
    this.random = random;
    this.trees = new RandomTrees(random);
  }

  /** A diff of a document: of the names shared out over the sections each occurs once. */
  Tree document(Tree before, int depth) {
    List<String> names = new ArrayList<>(RandomTrees.NAMES);
    Collections.shuffle(names, random);
    Tree diff = Tree.document();
    int from = 0;
    for (String section : SECTIONS) {
      int count = random.nextInt(3);
      List<String> shared = names.subList(from, Math.min(names.size(), from + count));
      from += shared.size();
      if (section.equals("s")) {
        shared.forEach(name -> diff.with("s" + name, inside(valueOf(before, name), depth + 1)));
      } else if (random.nextBoolean()) {
        diff.with(section, section(section, shared));
      }
    }
    return diff.fields.isEmpty() ? diff.with("i", section("i", names.subList(0, 1))) : diff;
  }

  private static Tree valueOf(Tree before, String name) {
    return before == null || !before.isDocument() ? null : before.get(name);
  }

  private Tree section(String section, List<String> names) {
    Tree fields = Tree.document();
    for (String name : names) {
      fields.with(
          name,
          switch (section) {
            case "d" -> Tree.leaf(BsonBoolean.FALSE);
            case "b" ->
                Tree.document()
                    .with("o", Tree.leaf(new BsonInt32(random.nextInt(5))))
                    .with("d", Tree.leaf(trees.binary()));
            default -> trees.value(2);
          });
    }
    return fields;
  }

  private Tree inside(Tree value, int depth) {
    boolean array = (value != null && value.leaf == null) ? value.isArray : random.nextBoolean();
    if (random.nextInt(8) == 0) {
      array = !array;
    }
    if (!array && depth < 4) {
      return document(value, depth);
    }
    return array ? array(value, depth) : Tree.document().with("d", Tree.document());
  }

  private Tree array(Tree value, int depth) {
    Tree diff = Tree.document().with("a", Tree.leaf(BsonBoolean.TRUE));
    int size = random.nextInt(14);
    if (random.nextBoolean()) {
      diff.with("l", Tree.leaf(new BsonInt32(size)));
    }
    TreeSet<Integer> indices = new TreeSet<>();
    for (int i = random.nextInt(4); i > 0 && size > 0; i--) {
      indices.add(random.nextInt(size));
    }
    for (int index : indices) {
      Tree old =
          value != null && value.leaf == null && value.isArray && index < value.fields.size()
              ? value.fields.get(index).value()
              : null;
      if (random.nextBoolean()) {
        diff.with("u" + index, trees.value(2));
      } else {
        diff.with("s" + index, inside(old, depth + 1));
      }
    }
    return diff;
  }
}
