package dev.tidemark.restorer.rollforward;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.oplog.entry.OplogEntry;
import dev.tidemark.restorer.fixture.BroughtBackBase;
import org.bson.BsonDocument;
import org.bson.BsonTimestamp;
import org.bson.RawBsonDocument;
import org.bson.codecs.BsonDocumentCodec;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TargetMomentTest {

  private static final String SESSION = "{op: 'd', ns: 'config.system.sessions', o: {_id: 1}}";
  private static final String ORDER = "{op: 'i', ns: 'shop.orders', o: {_id: 1}}";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{op: 'n', ns: '', o: {msg: 'new primary'}}",
        SESSION,
        "{op: 'u', ns: 'tidemark.leases', o2: {_id: 'restore'}, o: {$set: {beat: 2}}}",
        "{op: 'i', ns: 'admin.system.keys', o: {_id: 1}}",
        "{op: 'c', ns: 'admin.$cmd', o: {abortTransaction: 1}}",
        "{op: 'c', ns: 'admin.$cmd', o: {applyOps: [" + SESSION + ", " + SESSION + "]}}",
        "{op: 'c', ns: 'admin.$cmd', o: {applyOps: [{op: 'c', ns: 'admin.$cmd', o: {applyOps: ["
            + SESSION
            + "]}}]}}"
      })
  void shouldPassOverWhatServersAndRestoresWriteForThemselves(String entry) {
    assertThat(TargetMoment.changesData(entry(entry))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        ORDER,
        "{op: 'c', ns: 'shop.$cmd', o: {drop: 'orders'}}",
        "{op: 'i', ns: 'admin.system.users', o: {_id: 'a.b'}}",
        "{op: 'c', ns: 'admin.$cmd', o: {commitTransaction: 1}}",
        "{op: 'c', ns: 'admin.$cmd', o: {applyOps: [" + SESSION + ", " + ORDER + "]}}",
        "{op: 'c', ns: 'admin.$cmd', o: {applyOps: [{op: 'c', ns: 'admin.$cmd', o: {applyOps: ["
            + ORDER
            + "]}}]}}"
      })
  void shouldFindWhatChangesTheDataOfUsers(String entry) {
    assertThat(TargetMoment.changesData(entry(entry))).isTrue();
  }

  private static OplogEntry entry(String json) {
    BsonDocument entry = BsonDocument.parse(json).append("ts", new BsonTimestamp(5, 1));
    return OplogEntry.read(
        BroughtBackBase.slice(new RawBsonDocument(entry, new BsonDocumentCodec())));
  }
}
