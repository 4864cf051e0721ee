package dev.tidemark.embedded.mongo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.mongodb.CursorType;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoCursor;
import com.mongodb.client.model.Filters;
import dev.tidemark.embedded.mongo.oplog.OplogFeed;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonTimestamp;
import org.bson.RawBsonDocument;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OplogFeedIT {

  private static final int COUNT = 5000;

  @TempDir private Path directory;

  private static void write(ByteArrayOutputStream out, BsonDocument document) {
    var buffer = new RawBsonDocument(document, new org.bson.codecs.BsonDocumentCodec());
    var bytes = buffer.getByteBuffer();
    byte[] copy = new byte[bytes.remaining()];
    bytes.get(copy);
    out.writeBytes(copy);
  }

  private Path oplogFile() throws IOException {
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    for (int i = 0; i < COUNT; i++) {
      BsonDocument entry =
          new BsonDocument("ts", new BsonTimestamp(1_700_000_000 + i / 1000, i % 1000 + 1));
      entry.putAll(
          BsonDocument.parse(
              "{t: {$numberLong: '5'}, h: {$numberLong: '0'}, v: 2, op: 'i', ns: 'db.c', wall:"
                  + " {$date: '2023-11-14T22:13:20Z'}}"));
      entry.append("o", new BsonDocument("_id", new BsonInt32(i)));
      write(file, entry);
    }
    return Files.write(directory.resolve("oplog.bson"), file.toByteArray());
  }

  @Test
  void shouldServeTheEntriesOfAFileByteForByteAsTheyCome() throws Exception {
    Path file = oplogFile();
    SimulatorConfig config = SimulatorConfig.builder().setName("old").serving(file).build();
    ByteArrayOutputStream served = new ByteArrayOutputStream();
    try (SimulatedReplicaSet set = SimulatedReplicaSet.start(config);
        OplogFeed feed = set.feed(file);
        MongoClient client = MongoClients.create(set.connectionString())) {
      MongoCollection<BsonDocument> oplog =
          client.getDatabase("local").getCollection("oplog.rs", BsonDocument.class);
      assertThat(oplog.countDocuments()).isEqualTo(1);
      feed.start(20_000);
      try (MongoCursor<BsonDocument> tail =
          oplog
              .find(Filters.gte("ts", new BsonTimestamp(1_700_000_000, 1)))
              .cursorType(CursorType.TailableAwait)
              .iterator()) {
        for (int i = 0; i < COUNT; i++) {
          write(served, tail.next());
        }
      }
      assertThat(feed.await(Duration.ofSeconds(30))).isEqualTo(COUNT);

      assertThat(served.toByteArray()).isEqualTo(Files.readAllBytes(file));
      BsonDocument hello =
          client
              .getDatabase("admin")
              .runCommand(new BsonDocument("hello", new BsonInt32(1)), BsonDocument.class);
      BsonDocument lastWrite = hello.getDocument("lastWrite");
      assertThat(lastWrite.getDocument("majorityOpTime").getInt64("t").getValue()).isEqualTo(5);
      long lag =
          hello.getDateTime("localTime").getValue()
              - lastWrite.getDateTime("majorityWriteDate").getValue();
      assertThat(lag).isBetween(0L, 30_000L);
    }
  }

  @Test
  void shouldGiveTheSameFileTheSameSetId() throws Exception {
    Path file = oplogFile();

    assertThat(SimulatorConfig.builder().serving(file).build().setId())
        .isEqualTo(SimulatorConfig.builder().serving(file).build().setId())
        .hasSize(24);
  }

  @Test
  void shouldSayWhichFileEndsInsideAnEntry() throws Exception {
    Path file = oplogFile();
    byte[] whole = Files.readAllBytes(file);
    Files.write(file, java.util.Arrays.copyOf(whole, whole.length - 3));
    SimulatorConfig config = SimulatorConfig.builder().serving(file).build();
    try (SimulatedReplicaSet set = SimulatedReplicaSet.start(config);
        OplogFeed feed = set.feed(file)) {
      feed.start(1_000_000);

      assertThatThrownBy(() -> feed.await(Duration.ofSeconds(30)))
          .isInstanceOf(IOException.class)
          .rootCause()
          .isInstanceOf(IOException.class);
    }
  }
}
