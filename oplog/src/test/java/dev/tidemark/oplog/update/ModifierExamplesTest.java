package dev.tidemark.oplog.update;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.tidemark.oplog.bson.BsonSlice;
import dev.tidemark.oplog.error.OplogError;
import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.oplog.fixture.Documents;
import dev.tidemark.oplog.fixture.Tree;
import org.bson.BsonInt32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModifierExamplesTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "{_id:1,a:1,b:2} | {$set:{a:5},$unset:{b:true}} | {_id:1,a:5}",
        "{_id:1} | {$set:{'a.b':1,'a.a':2}} | {_id:1,a:{a:2,b:1}}",
        "{a:[1,2]} | {$set:{'a.0':5}} | {a:[5,2]}",
        "{a:[1]} | {$set:{'a.3':5}} | {a:[1,null,null,5]}",
        "{a:[]} | {$set:{'a.1.x':5}} | {a:[null,{x:5}]}",
        "{a:[1,2]} | {$unset:{'a.0':true}} | {a:[null,2]}",
        "{a:[1]} | {$unset:{'a.5':true}} | {a:[1]}",
        "{a:{'0':1}} | {$set:{'a.0':5}} | {a:{'0':5}}",
        "{a:{}} | {$set:{'a.0':5}} | {a:{'0':5}}",
        "{a:1,c:1} | {$set:{'a.b':5,c:2}} | {a:1,c:2}",
        "{a:null} | {$set:{'a.b':5}} | {a:null}",
        "{a:[1]} | {$set:{'a.x':5,z:1}} | {a:[1],z:1}",
        "{a:1} | {$unset:{'b.c':true}} | {a:1}",
        "{a:{b:1}} | {$unset:{'a.b':true}} | {a:{}}",
        "{a:1} | {$set:{a:{b:1}}} | {a:{b:1}}",
        "{a:1} | {} | {a:1}",
      })
  void shouldMakeDocumentWhenModifiersAreApplied(String before, String update, String after) {
    assertThat(apply(ModifierOrder.LEXICOGRAPHIC, before, update))
        .isEqualTo(Documents.parse(after));
  }

  @Test
  void shouldAddFieldsAsStringsAreOrderedWhenServerIsOlderThanFive() {
    assertThat(apply(ModifierOrder.LEXICOGRAPHIC, "{}", "{$set: {'9': 1, '10': 2, a: 3}}"))
        .isEqualTo(Documents.parse("{'10': 2, '9': 1, a: 3}"));
  }

  @Test
  void shouldAddFieldsAsNumbersAreOrderedWhenServerIsFiveOrNewer() {
    assertThat(apply(ModifierOrder.NUMERIC, "{}", "{$set: {a: 3, '10': 2, '9': 1}}"))
        .isEqualTo(Documents.parse("{'9': 1, '10': 2, a: 3}"));
  }

  @Test
  void shouldSkipPathThroughPaddingWhenGreaterIndexIsAppliedFirst() {
    String update = "{$set: {'a.9.x': 1, 'a.10.x': 2}}";

    assertThat(apply(ModifierOrder.LEXICOGRAPHIC, "{a: [0,0,0,0,0,0,0,0,0]}", update))
        .isEqualTo(Documents.parse("{a: [0,0,0,0,0,0,0,0,0,null,{x: 2}]}"));
    assertThat(apply(ModifierOrder.NUMERIC, "{a: [0,0,0,0,0,0,0,0,0]}", update))
        .isEqualTo(Documents.parse("{a: [0,0,0,0,0,0,0,0,0,{x: 1},{x: 2}]}"));
  }

  @Test
  void shouldChangeOnlyTheFirstFieldWhenNameOccursTwice() {
    Tree before = Tree.document().with("a", number(1)).with("b", number(2)).with("a", number(3));

    BsonSlice after =
        new UpdateApplier(ModifierOrder.LEXICOGRAPHIC)
            .apply(before.toSlice(), Documents.parse("{$v: 1, $set: {a: 9}}"));

    assertThat(after)
        .isEqualTo(
            Tree.document()
                .with("a", number(9))
                .with("b", number(2))
                .with("a", number(3))
                .toSlice());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{$set: {a: 1, 'a.b': 1}}",
        "{$set: {'a.b': 1, a: 1}}",
        "{$set: {a: 1}, $unset: {a: true}}",
        "{$set: {'a..b': 1}}",
        "{$set: {'': 1}}",
        "{$set: {'a.': 1}}",
        "{$set: {'a.$': 1}}",
        "{$set: {'a.$[x]': 1}}",
        "{$set: {'r.1500002': 1}}",
        "{$set: {'r.0': 1, 'r.00': 1}}",
      })
  void shouldFailWithCodeWhenNoServerLogsSuchPaths(String update) {
    assertThat(failure("{r: [1]}", update).code()).isEqualTo(OplogError.OPLOG_MODIFIERS_MALFORMED);
  }

  @Test
  void shouldFillArrayWhenGapIsTheGreatestThatServersAllow() {
    assertThat(apply(ModifierOrder.NUMERIC, "{r: [1]}", "{$set: {'r.1500001': 1}}").length())
        .isGreaterThan(10_000_000);
  }

  @Test
  void shouldFailWithCodeWhenOperatorIsNotReduced() {
    assertThat(failure("{a: 1}", "{$inc: {a: 1}}").code())
        .isEqualTo(OplogError.OPLOG_UPDATE_UNKNOWN_FORM);
  }

  private static TidemarkException failure(String before, String update) {
    return catchThrowableOfType(
        TidemarkException.class, () -> apply(ModifierOrder.NUMERIC, before, update));
  }

  private static BsonSlice apply(ModifierOrder order, String before, String update) {
    return new UpdateApplier(order).apply(Documents.parse(before), Documents.parse(update));
  }

  private static Tree number(int value) {
    return Tree.leaf(new BsonInt32(value));
  }
}
