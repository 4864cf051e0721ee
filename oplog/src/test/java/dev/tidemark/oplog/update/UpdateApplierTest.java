package dev.tidemark.oplog.update;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.tidemark.oplog.bson.BsonSlice;
import dev.tidemark.oplog.entry.OplogEntry;
import dev.tidemark.oplog.error.OplogError;
import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.oplog.fixture.Documents;
import org.junit.jupiter.api.Test;

class UpdateApplierTest {

  private final UpdateApplier applier = new UpdateApplier(ModifierOrder.NUMERIC);

  @Test
  void shouldMoveIdToFrontWhenReplacementHasItElsewhere() {
    assertThat(apply("{_id: 1, a: 1}", "{n: 2, _id: 1, m: 3}"))
        .isEqualTo(Documents.parse("{_id: 1, n: 2, m: 3}"));
  }

  @Test
  void shouldKeepNewBytesOfIdWhenReplacementChangesItsNumericType() {
    assertThat(apply("{_id: 1, a: 1}", "{_id: {$numberDecimal: '1.00'}, a: 2}"))
        .isEqualTo(Documents.parse("{_id: {$numberDecimal: '1.00'}, a: 2}"));
  }

  @Test
  void shouldReplaceWhenDocumentOwnsFieldNamedLikeTheVersion() {
    assertThat(apply("{_id: 1, a: 1}", "{_id: 1, $v: 2, diff: {u: {a: 5}}}"))
        .isEqualTo(Documents.parse("{_id: 1, $v: 2, diff: {u: {a: 5}}}"));
  }

  @Test
  void shouldReturnTheSameDocumentWhenNothingChanges() {
    BsonSlice before = Documents.parse("{a: 1, _id: 1}");

    assertThat(applier.apply(before, Documents.parse("{$v: 2, diff: {d: {x: false}}}")))
        .isSameAs(before);
  }

  @Test
  void shouldReadModifiersWhenVersionIsAbsent() {
    assertThat(apply("{_id: 1}", "{$set: {a: 1}}")).isEqualTo(Documents.parse("{_id: 1, a: 1}"));
  }

  @Test
  void shouldFailWithCodeWhenVersionIsUnknown() {
    assertThat(failure("{_id: 1}", "{$v: 3, diff: {u: {a: 1}}}").code())
        .isEqualTo(OplogError.OPLOG_UPDATE_UNKNOWN_FORM);
  }

  @Test
  void shouldFailWithCodeWhenIdWouldChange() {
    assertThat(failure("{_id: 1}", "{_id: 2}").code())
        .isEqualTo(OplogError.OPLOG_UPDATE_CHANGES_ID);
    assertThat(failure("{_id: 1}", "{$v: 2, diff: {d: {_id: false}}}").code())
        .isEqualTo(OplogError.OPLOG_UPDATE_CHANGES_ID);
  }

  @Test
  void shouldNameOptimeAndNamespaceWhenEntryFails() {
    OplogEntry entry =
        OplogEntry.read(
            Documents.parse(
                "{ts: {$timestamp: {t: 5, i: 6}}, v: 2, op: 'u', ns: 'a.b', o2: {_id: 1},"
                    + " o: {$v: 2, diff: {}}}"));

    TidemarkException failure =
        catchThrowableOfType(
            TidemarkException.class, () -> applier.apply(Documents.parse("{_id: 1}"), entry));

    assertThat(failure.code()).isEqualTo(OplogError.OPLOG_DELTA_MALFORMED);
    assertThat(failure.where()).contains("5:6").contains("a.b");
  }

  @Test
  void shouldMakeDocumentOfQueryAndUpdateWhenUpsertFindsNone() {
    assertThat(applier.insert(doc("{_id: 7, 'k.x': 1}"), doc("{$v: 1, $set: {a: 2}}")))
        .isEqualTo(doc("{_id: 7, k: {x: 1}, a: 2}"));
    assertThat(applier.insert(doc("{_id: 7}"), doc("{a: 2, _id: 7}")))
        .isEqualTo(doc("{_id: 7, a: 2}"));
  }

  private BsonSlice apply(String before, String o) {
    return applier.apply(doc(before), doc(o));
  }

  private TidemarkException failure(String before, String o) {
    return catchThrowableOfType(TidemarkException.class, () -> apply(before, o));
  }

  private static BsonSlice doc(String json) {
    return Documents.parse(json);
  }
}
