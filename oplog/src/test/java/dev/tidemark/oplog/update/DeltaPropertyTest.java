package dev.tidemark.oplog.update;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.oplog.bson.BsonSlice;
import dev.tidemark.oplog.fixture.RandomTrees;
import dev.tidemark.oplog.fixture.Tree;
import java.util.Random;
import org.bson.BsonInt32;
import org.junit.jupiter.api.Test;

class DeltaPropertyTest {

  private static final int CASES = 10_000;

  private final UpdateApplier applier = new UpdateApplier(ModifierOrder.NUMERIC);

  @Test
  void shouldAgreeWithTheRulesTakenOneByOneWhenDocumentAndDeltaAreRandom() {
    for (int seed = 0; seed < CASES; seed++) {
      Random random = new Random(seed);
      Tree before = new RandomTrees(random).stored();
      Tree diff = new RandomDeltas(random).document(before, 1);
      Tree o = Tree.document().with("$v", Tree.leaf(new BsonInt32(2))).with("diff", diff);

      BsonSlice after = applier.apply(before.toSlice(), o.toSlice());

      after.validate();
      Tree expected = ReferenceDelta.apply(before, diff);
      assertThat(after)
          .as(() -> before + " with " + diff + " gave " + Tree.of(after) + ", not " + expected)
          .isEqualTo(expected.toSlice());
    }
  }
}
