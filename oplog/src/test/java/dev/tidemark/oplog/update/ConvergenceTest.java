package dev.tidemark.oplog.update;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.oplog.bson.BsonSlice;
import dev.tidemark.oplog.fixture.RandomTrees;
import dev.tidemark.oplog.fixture.Tree;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.bson.BsonBoolean;
import org.bson.BsonInt32;
import org.junit.jupiter.api.Test;

/**
 * A base holds documents as they were somewhere on the way. Replaying the whole way over any of
 * them has to end where the way ended.
 */
class ConvergenceTest {

  private static final int WAYS = 1_000;
  private static final int STEPS = 8;

  private final UpdateApplier applier = new UpdateApplier(ModifierOrder.LEXICOGRAPHIC);

  @Test
  void shouldReachTheEndWhenDeltasAreReplayedOverAnyDocumentOfTheWay() {
    for (int seed = 0; seed < WAYS; seed++) {
      Random random = new Random(seed);
      List<BsonSlice> documents = new ArrayList<>(List.of(distinct(random).toSlice()));
      List<BsonSlice> entries = new ArrayList<>();
      while (entries.size() < STEPS) {
        Tree before = Tree.of(documents.get(documents.size() - 1));
        Tree after = before.copy();
        edit(after, random, true);
        Tree diff = ServerDeltas.between(before, after);
        if (diff != null) {
          entries.add(Tree.document().with("$v", number(2)).with("diff", diff).toSlice());
          documents.add(after.toSlice());
        }
      }
      for (BsonSlice start : documents) {
        assertThat(replay(start, entries)).isEqualTo(documents.get(STEPS));
      }
    }
  }

  @Test
  void shouldReachTheEndUpToFieldOrderWhenModifiersAreReplayedOverAnyDocumentOfTheWay() {
    for (int seed = 0; seed < WAYS; seed++) {
      Random random = new Random(seed);
      List<BsonSlice> documents = new ArrayList<>(List.of(distinct(random).toSlice()));
      List<BsonSlice> entries = new ArrayList<>();
      for (int step = 0; step < STEPS; step++) {
        Tree document = Tree.of(documents.get(step));
        BsonSlice entry = viableModifier(document, random).toSlice();
        entries.add(entry);
        documents.add(applier.apply(documents.get(step), entry));
      }
      Tree end = sorted(Tree.of(documents.get(STEPS)));
      for (BsonSlice start : documents) {
        assertThat(sorted(Tree.of(replay(start, entries))).toSlice()).isEqualTo(end.toSlice());
      }
    }
  }

  private BsonSlice replay(BsonSlice start, List<BsonSlice> entries) {
    BsonSlice document = start;
    for (BsonSlice entry : entries) {
      document = applier.apply(document, entry);
    }
    return document;
  }

  /** Changes, removes, adds or moves a field somewhere inside. */
  private static void edit(Tree tree, Random random, boolean top) {
    int first = top ? 1 : 0;
    if (tree.fields.size() > first && random.nextInt(3) > 0) {
      Tree inner = tree.fields.get(first + random.nextInt(tree.fields.size() - first)).value();
      if (inner.leaf == null) {
        edit(inner, random, false);
        return;
      }
    }
    int position = first + random.nextInt(Math.max(1, tree.fields.size() - first));
    boolean exists = position < tree.fields.size();
    switch (random.nextInt(4)) {
      case 0 -> {
        if (exists) {
          tree.set(position, distinct(new RandomTrees(random).value(3)));
        }
      }
      case 1 -> {
        if (exists) {
          tree.fields.remove(position);
        }
      }
      case 2 -> add(tree, random);
      default -> {
        if (exists && !tree.isArray) {
          tree.fields.add(tree.fields.remove(position));
        }
      }
    }
  }

  private static void add(Tree tree, Random random) {
    String name = new RandomTrees(random).name();
    if (tree.isArray || tree.get(name) == null) {
      tree.with(name, distinct(new RandomTrees(random).value(3)));
    }
  }

  /** One path that a server would accept for this document, as it logs it. */
  private static Tree viableModifier(Tree document, Random random) {
    Tree at = document;
    StringBuilder path = new StringBuilder();
    while (true) {
      String name =
          at.isArray
              ? String.valueOf(random.nextInt(at.fields.size() + 2))
              : "abc".substring(random.nextInt(3)).substring(0, 1);
      path.append(path.length() == 0 ? "" : ".").append(name);
      int position = at.isArray ? Integer.parseInt(name) : at.position(name);
      boolean exists = position >= 0 && position < at.fields.size();
      Tree next = exists ? at.fields.get(position).value() : null;
      if (next == null || next.leaf != null || random.nextInt(3) == 0) {
        break;
      }
      at = next;
    }
    Tree update = Tree.document().with("$v", number(1));
    if (random.nextInt(3) == 0) {
      return update.with(
          "$unset", Tree.document().with(path.toString(), Tree.leaf(BsonBoolean.TRUE)));
    }
    Tree value = distinct(new RandomTrees(random).value(3));
    return update.with("$set", Tree.document().with(path.toString(), value));
  }

  private static Tree distinct(Random random) {
    return distinct(new RandomTrees(random).stored());
  }

  /** The same value without repeated field names, for which servers promise nothing. */
  private static Tree distinct(Tree value) {
    if (value.leaf != null) {
      return value;
    }
    Tree copy = value.isArray ? Tree.array() : Tree.document();
    for (Tree.Field field : value.fields) {
      if (value.isArray || copy.get(field.name()) == null) {
        copy.with(field.name(), distinct(field.value()));
      }
    }
    return copy;
  }

  private static Tree sorted(Tree value) {
    if (value.leaf != null) {
      return value;
    }
    Tree copy = value.isArray ? Tree.array() : Tree.document();
    value.fields.forEach(field -> copy.with(field.name(), sorted(field.value())));
    if (!value.isArray) {
      copy.fields.sort(Comparator.comparing(Tree.Field::name));
    }
    return copy;
  }

  private static Tree number(int value) {
    return Tree.leaf(new BsonInt32(value));
  }
}
