package dev.tidemark.tailer.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemark.oplog.entry.OplogEntry;
import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.oplog.optime.Optime;
import dev.tidemark.tailer.error.TailerError;
import dev.tidemark.tailer.position.SourceOffset;
import dev.tidemark.tailer.position.SourceOffset.State;
import dev.tidemark.tailer.position.SourcePartition;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Date;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.source.SourceRecord;
import org.bson.BsonDocument;
import org.bson.RawBsonDocument;
import org.bson.codecs.BsonDocumentCodec;
import org.junit.jupiter.api.Test;

class EventRecordsTest {

  private static final Instant NOW = Instant.ofEpochMilli(1_705_654_400_000L);
  private static final SourcePartition SOURCE =
      new SourcePartition("rs0", "65aa0f0e6f2b4c0d9e8f7a61");
  private static final UUID COLLECTION = UUID.fromString("c9f2f2f4-7a0e-4a7d-9d3e-0c1d2e3f4a5b");

  private final EventRecords events = events(null);

  private static EventRecords events(SourceOffset position) {
    return new EventRecords(
        new EventTarget(SOURCE, "oplog-backup", 2), position, InstantSource.fixed(NOW));
  }

  private static OplogEntry insert(long seconds, long term) {
    return read(
        "{op: 'i', ns: 'shop.orders', ui: {$uuid: '"
            + COLLECTION
            + "'}, o: {_id: 1, n: {$numberDecimal: '1.00'}}, ts: {$timestamp: {t: "
            + seconds
            + ", i: 1}}, t: {$numberLong: '"
            + term
            + "'}, v: {$numberLong: '2'}, wall: {$date: 1705654321000}}");
  }

  private static OplogEntry read(String json) {
    RawBsonDocument raw = new RawBsonDocument(BsonDocument.parse(json), new BsonDocumentCodec());
    byte[] bytes = new byte[raw.getByteBuffer().remaining()];
    raw.getByteBuffer().get(bytes);
    return OplogEntry.read(bytes);
  }

  private static Struct value(SourceRecord record) {
    return (Struct) record.value();
  }

  @Test
  void shouldCarryTheEntryUntouchedWithItsFacts() {
    OplogEntry entry = insert(100, 3);
    SourceRecord record = events.entry(entry);

    assertThat(record.topic()).isEqualTo("oplog-backup");
    assertThat(record.kafkaPartition()).isEqualTo(2);
    assertThat(record.key()).isEqualTo("shop.orders");
    // The send time is the record's time: retention of a backlog must not count from the entry's.
    assertThat(record.timestamp()).isNull();
    assertThat(record.sourcePartition()).isEqualTo(Map.of("setId", "65aa0f0e6f2b4c0d9e8f7a61"));
    Struct event = value(record);
    assertThat(event.getString("kind")).isEqualTo("ENTRY");
    assertThat(event.getString("setId")).isEqualTo(SOURCE.setId());
    assertThat(event.getString("source")).isEqualTo("rs0");
    assertThat(event.getInt64("ts")).isEqualTo(Optime.of(100, 1).value());
    assertThat(event.getInt64("term")).isEqualTo(3);
    assertThat(event.get("wall")).isEqualTo(new Date(1_705_654_321_000L));
    assertThat(event.get("observed")).isEqualTo(Date.from(NOW));
    assertThat(event.getString("op")).isEqualTo("i");
    assertThat(event.getString("ns")).isEqualTo("shop.orders");
    assertThat(event.getString("ui")).isEqualTo(COLLECTION.toString());
    assertThat(event.getStruct("txn")).isNull();
    assertThat(event.getBytes("entry")).isEqualTo(entry.raw().toByteArray());
    event.validate();
  }

  @Test
  void shouldCarryTheIdentityOfTransactions() {
    OplogEntry entry =
        read(
            "{op: 'c', ns: 'admin.$cmd', o: {applyOps: []}, lsid: {id: 1}, txnNumber: {$numberLong:"
                + " '9'}, ts: {$timestamp: {t: 100, i: 1}}}");

    Struct transaction = value(events.entry(entry)).getStruct("txn");

    assertThat(transaction.getInt64("txnNumber")).isEqualTo(9);
    assertThat(transaction.getBytes("lsid")).isEqualTo(entry.lsid().toByteArray());
  }

  @Test
  void shouldChainEachEntryToTheOneBefore() {
    SourceRecord start = events.start(Optime.of(100, 1), 3);
    SourceRecord first = events.entry(insert(100, 3));
    SourceRecord second = events.entry(insert(101, 4));

    assertThat(value(start).getString("kind")).isEqualTo("START");
    assertThat(value(start).getInt64("ts")).isEqualTo(Optime.of(100, 1).value());
    assertChain(first, 0, -1);
    assertChain(second, Optime.of(100, 1).value(), 3);
  }

  @Test
  void shouldContinueTheChainOfAStoredPosition() {
    SourceOffset position = new SourceOffset(Optime.of(99, 1), 2, 5L, 2, State.ENTRY);

    assertChain(events(position).entry(insert(100, 3)), Optime.of(99, 1).value(), 2);
  }

  @Test
  void shouldDeliverTheEntryOfAStartMarkerThatWasStoredAlone() {
    SourceOffset position = new SourceOffset(Optime.of(100, 1), 3, null, 2, State.START);

    assertChain(events(position).entry(insert(100, 3)), 0, -1);
  }

  @Test
  void shouldBreakTheChainBehindAGapMarker() {
    SourceOffset position = new SourceOffset(Optime.of(99, 1), 2, 5L, 2, State.ENTRY);
    EventRecords behind = events(position);

    SourceRecord gap = behind.gap(Optime.of(200, 1), 3);
    SourceRecord next = behind.entry(insert(200, 3));

    assertThat(value(gap).getString("kind")).isEqualTo("GAP");
    assertThat(value(gap).getInt64("ts")).isEqualTo(Optime.of(200, 1).value());
    assertChain(gap, Optime.of(99, 1).value(), 2);
    assertThat(gap.sourceOffset())
        .isEqualTo(new SourceOffset(Optime.of(99, 1), 2, 5L, 2, State.GAP).toMap());
    assertChain(next, 0, -1);
  }

  @Test
  void shouldNameTheLastEntryAgainBehindAGapMarkerThatWasStoredAlone() {
    SourceOffset position = new SourceOffset(Optime.of(99, 1), 2, 5L, 2, State.GAP);

    assertChain(events(position).entry(insert(100, 3)), Optime.of(99, 1).value(), 2);
    EventRecords lost = events(position);
    assertChain(lost.gap(Optime.of(200, 1), 3), Optime.of(99, 1).value(), 2);
    assertChain(lost.entry(insert(200, 3)), 0, -1);
  }

  @Test
  void shouldGiveEachEntryItsOwnPosition() {
    OplogEntry entry = insert(100, 3);
    SourceRecord record = events.entry(entry);

    SourceOffset offset = events.position();
    assertThat(record.sourceOffset()).isEqualTo(offset.toMap());
    assertThat(offset.optime()).isEqualTo(Optime.of(100, 1));
    assertThat(offset.partition()).isEqualTo(2);
    assertThat(offset.hash()).isNotNull();
  }

  @Test
  void shouldNotMoveThePositionWithAHeartbeat() {
    events.entry(insert(100, 3));
    SourceOffset before = events.position();

    SourceRecord heartbeat = events.heartbeat(Optime.of(150, 0), 3);

    assertThat(value(heartbeat).getString("kind")).isEqualTo("HEARTBEAT");
    assertThat(value(heartbeat).getInt64("ts")).isEqualTo(Optime.of(150, 0).value());
    assertThat(value(heartbeat).get("entry")).isNull();
    assertChain(heartbeat, Optime.of(100, 1).value(), 3);
    assertThat(heartbeat.sourceOffset()).isEqualTo(before.toMap());
    assertThat(events.position()).isEqualTo(before);
  }

  @Test
  void shouldNotBeatBelowTheNewestEntry() {
    events.entry(insert(100, 3));

    assertThat(events.heartbeat(Optime.of(99, 9), 3)).isNull();
    assertThat(events.heartbeat(Optime.of(100, 1), 3)).isNotNull();
  }

  @Test
  void shouldRefuseEntriesThatDoNotRise() {
    events.entry(insert(100, 3));

    assertThatThrownBy(() -> events.entry(insert(100, 3)))
        .isInstanceOfSatisfying(
            TidemarkException.class,
            e -> assertThat(e.code()).isEqualTo(TailerError.TAILER_OPLOG_DISORDER));
  }

  private static void assertChain(SourceRecord record, long prevTs, long prevTerm) {
    assertThat(value(record).getInt64("prevTs")).isEqualTo(prevTs);
    assertThat(value(record).getInt64("prevTerm")).isEqualTo(prevTerm);
  }
}
