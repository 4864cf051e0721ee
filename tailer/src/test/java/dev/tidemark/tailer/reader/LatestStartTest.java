package dev.tidemark.tailer.reader;

import static dev.tidemark.tailer.stack.SimulatedMembers.optime;
import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.ServerAddress;
import dev.tidemark.embedded.mongo.HeldCollection;
import dev.tidemark.oplog.optime.Optime;
import dev.tidemark.tailer.cursor.Oplog;
import dev.tidemark.tailer.member.Member;
import dev.tidemark.tailer.position.StartPosition;
import dev.tidemark.tailer.reader.ReaderRig.Beginning;
import dev.tidemark.tailer.reader.ReaderRig.Event;
import dev.tidemark.tailer.stack.SimulatedMembers;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.bson.BsonDocument;
import org.bson.RawBsonDocument;
import org.bson.codecs.BsonDocumentCodec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whoever begins at {@code latest} needs the beginning of every transaction that is not over. */
class LatestStartTest {

  @TempDir private Path directory;

  private SimulatedMembers set;

  @BeforeEach
  void start() throws IOException {
    set = new SimulatedMembers(directory);
    set.append(1, 10);
  }

  @AfterEach
  void close() {
    set.close();
  }

  /** Rows of {@code config.transactions}, each with a state and the entry that it began at. */
  private void transactions(String... rows) {
    set.primary()
        .hold(
            new HeldCollection(
                "config.transactions",
                UUID.randomUUID(),
                bytes("{}"),
                List.of(),
                Stream.of(rows).map(LatestStartTest::bytes).toList()));
  }

  private static String row(int id, String state, int began) {
    return "{_id: {id: "
        + id
        + "}, txnNumber: {$numberLong: '1'}, state: '"
        + state
        + "', startOpTime: {ts: {$timestamp: {t: "
        + optime(began).seconds()
        + ", i: 1}}, t: {$numberLong: '1'}}}";
  }

  private static byte[] bytes(String json) {
    RawBsonDocument raw = new RawBsonDocument(BsonDocument.parse(json), new BsonDocumentCodec());
    byte[] bytes = new byte[raw.getByteBuffer().remaining()];
    raw.getByteBuffer().get(bytes);
    return bytes;
  }

  private Optime latest() {
    ServerAddress primary = new ServerAddress("127.0.0.1", set.primary().port());
    try (Member member = Member.connect(ReaderRig.clients(set.primary()), primary)) {
      return Oplog.start(member, StartPosition.parse("latest"));
    }
  }

  @Test
  void shouldBeginAtTheMajorityOptimeWhenNoTransactionIsOpen() {
    set.primary().faults().holdMajority();
    set.append(10, 12);
    transactions(row(1, "committed", 3), row(2, "aborted", 4));

    assertThat(latest()).isEqualTo(optime(9));
  }

  @Test
  void shouldBeginWhereTheOldestOpenTransactionBegan() throws Exception {
    transactions(
        row(1, "committed", 3),
        row(2, "inProgress", 7),
        row(3, "prepared", 5),
        row(4, "inProgress", 8));

    assertThat(latest()).isEqualTo(optime(5));
    try (ReaderRig rig =
        new ReaderRig(set.primary(), Beginning.from(latest()), Duration.ofDays(20_000))) {
      assertThat(rig.awaitEntry(optime(9)))
          .startsWith(
              new Event("START", optime(5), Optime.ZERO),
              new Event("ENTRY", optime(5), Optime.ZERO),
              new Event("ENTRY", optime(6), optime(5)))
          .hasSize(6);
    }
  }
}
