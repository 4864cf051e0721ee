package dev.tidemark.oplog.entry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.tidemark.oplog.bson.BsonSlice;
import dev.tidemark.oplog.error.OplogError;
import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.oplog.fixture.Documents;
import dev.tidemark.oplog.fixture.Fixtures;
import dev.tidemark.oplog.optime.Optime;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class OplogEntryTest {

  private static final String UPDATE =
      """
      {lsid: {id: 1}, txnNumber: {$numberLong: "4"}, op: "u", ns: "shop.orders",
       ui: {$uuid: "01234567-89ab-cdef-0123-456789abcdef"}, o: {$v: 2, diff: {u: {q: 5}}},
       o2: {_id: 7}, b: true, prevOpTime: {ts: {$timestamp: {t: 0, i: 0}}, t: {$numberLong: "-1"}},
       ts: {$timestamp: {t: 1719432324, i: 2}}, t: {$numberLong: "3"}, v: {$numberLong: "2"},
       wall: {$date: 1719432324000}}
      """;

  @Test
  void shouldReadEveryFieldWhenTimestampComesLate() {
    OplogEntry entry = OplogEntry.read(Documents.parse(UPDATE));

    assertThat(entry.optime()).isEqualTo(Optime.of(1719432324, 2));
    assertThat(entry.term()).isEqualTo(3);
    assertThat(entry.kind()).isEqualTo(OpKind.UPDATE);
    assertThat(entry.namespace()).isEqualTo("shop.orders");
    assertThat(entry.collection())
        .isEqualTo(UUID.fromString("01234567-89ab-cdef-0123-456789abcdef"));
    assertThat(entry.wall()).hasValue(1719432324000L);
    assertThat(entry.lsid()).isEqualTo(Documents.parse("{id: 1}"));
    assertThat(entry.txnNumber()).hasValue(4);
    assertThat(entry.o()).isEqualTo(Documents.parse("{$v: 2, diff: {u: {q: 5}}}"));
    assertThat(entry.o2()).isEqualTo(Documents.parse("{_id: 7}"));
    assertThat(entry.upsert()).isTrue();
    assertThat(entry.previous()).isEqualTo(Optime.ZERO);
  }

  @Test
  void shouldInheritTimeAndSessionWhenOperationIsInsideApplyOps() {
    OplogEntry outer =
        OplogEntry.read(
            Documents.parse(
                "{ts: {$timestamp: {t: 9, i: 1}}, t: 1, v: 2, op: 'c', ns: 'admin.$cmd', b: true,"
                    + " lsid: {id: 1}, txnNumber: 2, wall: {$date: 5}, o: {applyOps: []}}"));

    OplogEntry inner =
        outer.inner(Documents.parse("{op: 'i', ns: 'a.b', o: {_id: 1}, wall: {$date: 3}}"));

    assertThat(inner.optime()).isEqualTo(Optime.of(9, 1));
    assertThat(inner.txnNumber()).hasValue(2);
    assertThat(inner.wall()).hasValue(3);
    assertThat(inner.upsert()).isFalse();
    assertThat(inner.namespace()).isEqualTo("a.b");
  }

  @Test
  void shouldBeReadableButNotReplayableWhenKindIsUnknown() {
    OplogEntry entry =
        OplogEntry.read(
            Documents.parse("{ts: {$timestamp: {t: 9, i: 1}}, v: 2, op: 'xi', ns: 'a.b', o: {}}"));

    TidemarkException failure = catchThrowableOfType(TidemarkException.class, entry::kind);

    assertThat(entry.op()).isEqualTo("xi");
    assertThat(failure.code()).isEqualTo(OplogError.OPLOG_UNKNOWN_KIND);
    assertThat(failure.where()).contains("9:1").contains("a.b");
  }

  @Test
  void shouldRefuseReplayWhenVersionIsUnknown() {
    OplogEntry entry =
        OplogEntry.read(
            Documents.parse("{ts: {$timestamp: {t: 9, i: 1}}, v: 3, op: 'i', ns: 'a.b', o: {}}"));

    assertThat(catchThrowableOfType(TidemarkException.class, entry::kind).code())
        .isEqualTo(OplogError.OPLOG_UNKNOWN_VERSION);
  }

  @Test
  void shouldRefuseReplayWhenEntryBelongsToTenant() {
    OplogEntry entry =
        OplogEntry.read(
            Documents.parse(
                "{ts: {$timestamp: {t: 9, i: 1}}, v: 2, op: 'i', ns: 'a.b', o: {},"
                    + " tid: {$oid: '65a9f2b1c0ffee0000000001'}}"));

    assertThat(catchThrowableOfType(TidemarkException.class, entry::kind).code())
        .isEqualTo(OplogError.OPLOG_TENANT_NOT_SUPPORTED);
  }

  @Test
  void shouldFailWithCodeWhenTimestampIsMissing() {
    BsonSlice raw = Documents.parse("{op: 'i', ns: 'a.b', o: {}}");

    assertThat(catchThrowableOfType(TidemarkException.class, () -> OplogEntry.read(raw)).code())
        .isEqualTo(OplogError.OPLOG_ENTRY_MALFORMED);
  }

  @Test
  void shouldReadEveryEntryWhenOplogsComeFromRealServers() {
    long entries = 0;
    for (var file : Fixtures.files("", "oplog.bson")) {
      for (BsonSlice raw : Fixtures.documents(file)) {
        raw.validate();
        OplogEntry entry = OplogEntry.read(raw);
        assertThat(entry.kind()).isNotNull();
        assertThat(entry.o()).isNotNull();
        entries++;
      }
    }
    assertThat(entries).isGreaterThan(10_000);
  }
}
