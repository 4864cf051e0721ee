package dev.tidemark.oplog.update;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.oplog.bson.BsonSlice;
import dev.tidemark.oplog.fixture.Attempt;
import dev.tidemark.oplog.fixture.Mutator;
import dev.tidemark.oplog.fixture.RandomTrees;
import dev.tidemark.oplog.fixture.Tree;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.bson.BsonInt32;
import org.bson.BsonString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Applies damaged updates to damaged documents: the answer is a coded error or the right result,
 * never another exception, and it comes in bounded time and memory.
 */
@Timeout(600)
class UpdateFuzzTest {

  @Test
  void shouldAnswerWithCodedErrorWhenUpdatesAndDocumentsAreDamaged() {
    int applied = 0;
    for (int seed = 0; seed < Attempt.FUZZ_CASES; seed++) {
      Random random = new Random(seed);
      BsonSlice document = new RandomTrees(random).stored().toSlice();
      BsonSlice update = update(random).toSlice();
      Mutator mutator = new Mutator(random, List.of(document.toByteArray(), update.toByteArray()));
      BsonSlice before = random.nextBoolean() ? document : mutator.mutate(document.toByteArray());
      BsonSlice o = random.nextInt(4) == 0 ? update : mutator.mutate(update.toByteArray());
      UpdateApplier applier = new UpdateApplier(ModifierOrder.LEXICOGRAPHIC);
      applied += Attempt.succeeds(() -> checkedApply(applier, before, o)) ? 1 : 0;
    }
    assertThat(applied).isBetween(Attempt.FUZZ_CASES / 20, Attempt.FUZZ_CASES);
  }

  @Test
  void shouldKeepToTheGrammarWhenDiffsAreRearranged() {
    int applied = 0;
    for (int seed = 0; seed < Attempt.FUZZ_CASES; seed++) {
      Random random = new Random(seed);
      Tree before = new RandomTrees(random).stored();
      Tree diff = new RandomDeltas(random).document(before, 1);
      rearrange(diff, random);
      UpdateApplier applier = new UpdateApplier(ModifierOrder.LEXICOGRAPHIC);
      boolean accepted =
          Attempt.succeeds(
              () -> {
                BsonSlice after = applier.apply(before.toSlice(), delta(diff).toSlice());
                assertThat(after)
                    .as(() -> before + " with " + diff + " gave " + Tree.of(after))
                    .isEqualTo(ReferenceDelta.apply(before, diff).toSlice());
              });
      applied += accepted ? 1 : 0;
    }
    assertThat(applied).isBetween(Attempt.FUZZ_CASES / 20, Attempt.FUZZ_CASES);
  }

  private static void checkedApply(UpdateApplier applier, BsonSlice before, BsonSlice o) {
    BsonSlice after = applier.apply(before, o);
    if (isValid(before) && isValid(o)) {
      after.validate();
    }
  }

  private static boolean isValid(BsonSlice document) {
    return Attempt.succeeds(document::validate);
  }

  private static Tree update(Random random) {
    if (random.nextBoolean()) {
      return delta(new RandomDeltas(random).document(new RandomTrees(random).stored(), 1));
    }
    RandomTrees trees = new RandomTrees(random);
    Tree set = Tree.document();
    for (int i = random.nextInt(5); i > 0; i--) {
      set.with(trees.name() + "." + trees.name(), trees.value(2));
    }
    return Tree.document().with("$v", Tree.leaf(new BsonInt32(1))).with("$set", set);
  }

  private static Tree delta(Tree diff) {
    return Tree.document().with("$v", Tree.leaf(new BsonInt32(2))).with("diff", diff);
  }

  /** Swaps, renames, drops, repeats or replaces fields somewhere inside. */
  private static void rearrange(Tree tree, Random random) {
    Tree at = tree;
    while (!at.fields.isEmpty() && random.nextInt(3) > 0) {
      Tree next = at.fields.get(random.nextInt(at.fields.size())).value();
      if (next.leaf != null) {
        break;
      }
      at = next;
    }
    if (at.fields.isEmpty()) {
      return;
    }
    int position = random.nextInt(at.fields.size());
    Tree.Field field = at.fields.get(position);
    switch (random.nextInt(5)) {
      case 0 -> Collections.swap(at.fields, 0, position);
      case 1 -> at.fields.set(position, new Tree.Field(randomSection(random), field.value()));
      case 2 -> at.fields.remove(position);
      case 3 -> at.fields.add(field);
      default -> at.set(position, Tree.leaf(new BsonString("x")));
    }
  }

  private static String randomSection(Random random) {
    return List.of("d", "u", "i", "b", "s", "a", "l", "sa", "u0", "s1", "").get(random.nextInt(11));
  }
}
