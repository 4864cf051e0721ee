package dev.tidemark.oplog.update;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.oplog.bson.BsonSlice;
import dev.tidemark.oplog.fixture.RandomTrees;
import dev.tidemark.oplog.fixture.Tree;
import dev.tidemark.oplog.update.ReferenceModifiers.Modifier;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.bson.BsonBoolean;
import org.bson.BsonInt32;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ModifierPropertyTest {

  private static final int CASES = 10_000;

  private static final List<String> COMPONENTS =
      List.of("a", "b", "c", "0", "1", "2", "9", "10", "$x", "s", "uu");

  @ParameterizedTest
  @EnumSource
  void shouldAgreeWithPathAfterPathWhenDocumentAndModifiersAreRandom(ModifierOrder order) {
    UpdateApplier applier = new UpdateApplier(order);
    ReferenceModifiers reference = new ReferenceModifiers(order);
    for (int seed = 0; seed < CASES; seed++) {
      Random random = new Random(seed);
      Tree before = new RandomTrees(random).stored();
      List<Modifier> modifiers = modifiers(random);

      BsonSlice after = applier.apply(before.toSlice(), entry(modifiers).toSlice());

      after.validate();
      Tree expected = reference.apply(before, modifiers);
      assertThat(after)
          .as(() -> before + " with " + modifiers + " gave " + Tree.of(after))
          .isEqualTo(expected.toSlice());
    }
  }

  private static List<Modifier> modifiers(Random random) {
    RandomTrees trees = new RandomTrees(random);
    List<Modifier> modifiers = new ArrayList<>();
    for (int i = random.nextInt(random.nextInt(20) == 0 ? 30 : 6); i > 0; i--) {
      StringBuilder path = new StringBuilder(component(random));
      for (int depth = random.nextInt(4); depth > 0; depth--) {
        path.append('.').append(component(random));
      }
      if (modifiers.stream().noneMatch(other -> overlap(path.toString(), other.path()))) {
        modifiers.add(
            new Modifier(path.toString(), random.nextInt(4) == 0 ? null : trees.value(3)));
      }
    }
    return modifiers;
  }

  private static String component(Random random) {
    return COMPONENTS.get(random.nextInt(COMPONENTS.size()));
  }

  private static boolean overlap(String left, String right) {
    return (left + ".").startsWith(right + ".") || (right + ".").startsWith(left + ".");
  }

  private static Tree entry(List<Modifier> modifiers) {
    Tree set = Tree.document();
    Tree unset = Tree.document();
    for (Modifier modifier : modifiers) {
      if (modifier.value() == null) {
        unset.with(modifier.path(), Tree.leaf(BsonBoolean.TRUE));
      } else {
        set.with(modifier.path(), modifier.value());
      }
    }
    return Tree.document()
        .with("$v", Tree.leaf(new BsonInt32(1)))
        .with("$unset", unset)
        .with("$set", set);
  }
}
