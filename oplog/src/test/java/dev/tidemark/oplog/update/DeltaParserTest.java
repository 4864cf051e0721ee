package dev.tidemark.oplog.update;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.tidemark.oplog.error.OplogError;
import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.oplog.fixture.Documents;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeltaParserTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{x: {a: 1}}",
        "{'': {a: 1}}",
        "{dd: {a: false}}",
        "{u: {a: 1}, d: {b: false}}",
        "{i: {a: 1}, u: {b: 1}}",
        "{b: {}, i: {}}",
        "{sa: {u: {x: 1}}, u: {b: 1}}",
        "{u: 5}",
        "{u: [1]}",
        "{sa: 5}",
        "{sa: {}}",
        "{sa: {sb: {}}}",
        "{a: true, u0: 1}",
        "{u: {a: 1}, i: {a: 1}}",
        "{d: {a: false}, sa: {u: {x: 1}}}",
        "{u: {a: 1}, b: {a: {o: 0, d: {$binary: {base64: '', subType: '00'}}}}}",
        "{b: {a: {o: -1, d: {$binary: {base64: '', subType: '00'}}}}}",
        "{b: {a: {o: 1, d: 'text'}}}",
        "{b: {a: {o: 1}}}",
        "{b: {a: {d: {$binary: {base64: '', subType: '00'}}}}}",
        "{b: {a: 1}}",
        "{sr: {a: false}}",
        "{sr: {a: 1}}",
        "{sr: {a: true, l: 'x'}}",
        "{sr: {a: true, l: -1}}",
        "{sr: {a: true, l: {$numberLong: '3'}}}",
        "{sr: {a: true, u0: 1, l: 3}}",
        "{sr: {a: true, u1: 1, u0: 1}}",
        "{sr: {a: true, u1: 1, s1: {u: {x: 1}}}}",
        "{sr: {a: true, l: 2, u2: 1}}",
        "{sr: {a: true, x0: 1}}",
        "{sr: {a: true, u: 1}}",
        "{sr: {a: true, u01: 1}}",
        "{sr: {a: true, 'u-1': 1}}",
        "{sr: {a: true, u99999999999: 1}}",
        "{sr: {a: true, s0: 5}}",
        "{sr: {a: true, s0: {}}}",
      })
  void shouldFailWithCodeWhenNoServerWritesSuchDiffs(String diff) {
    assertThat(failure("{_id: 1}", "{$v: 2, diff: " + diff + "}").code())
        .isEqualTo(OplogError.OPLOG_DELTA_MALFORMED);
  }

  @ParameterizedTest
  @ValueSource(strings = {"{$v: 2}", "{$v: 2, diff: 5}"})
  void shouldFailWithCodeWhenThereIsNoDiff(String o) {
    assertThat(failure("{_id: 1}", o).code()).isEqualTo(OplogError.OPLOG_DELTA_MALFORMED);
  }

  @Test
  void shouldFailWithCodeInsteadOfMemoryWhenArrayWouldGrowWithoutBounds() {
    String o = "{$v: 2, diff: {sr: {a: true, l: 2147483647}}}";

    assertThat(failure("{_id: 1, r: []}", o).code()).isEqualTo(OplogError.OPLOG_DOCUMENT_TOO_LARGE);
  }

  private static TidemarkException failure(String before, String o) {
    UpdateApplier applier = new UpdateApplier(ModifierOrder.NUMERIC);
    return catchThrowableOfType(
        TidemarkException.class, () -> applier.apply(Documents.parse(before), Documents.parse(o)));
  }
}
