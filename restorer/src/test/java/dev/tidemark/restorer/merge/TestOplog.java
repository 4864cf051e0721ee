package dev.tidemark.restorer.merge;

import dev.tidemark.archive.dump.DocumentStream;
import dev.tidemark.oplog.bson.BsonSlice;
import dev.tidemark.oplog.entry.OplogEntry;
import dev.tidemark.oplog.optime.Optime;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.UUID;
import org.bson.BsonArray;
import org.bson.BsonBinary;
import org.bson.BsonBinarySubType;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonString;
import org.bson.BsonTimestamp;
import org.bson.RawBsonDocument;
import org.bson.codecs.BsonDocumentCodec;

/** An oplog in memory, one entry a second from second 1 on. */
final class TestOplog implements OplogSource {

  private final List<BsonSlice> entries = new ArrayList<>();

  TestOplog insert(String namespace, UUID uuid, BsonDocument document) {
    return add(entry("i", namespace, uuid).append("o", document));
  }

  TestOplog update(String namespace, UUID uuid, BsonDocument id, BsonDocument change) {
    return add(entry("u", namespace, uuid).append("o", change).append("o2", id));
  }

  TestOplog delete(String namespace, UUID uuid, BsonDocument id) {
    return add(entry("d", namespace, uuid).append("o", id));
  }

  TestOplog command(String database, UUID uuid, BsonDocument command) {
    return add(entry("c", database + ".$cmd", uuid).append("o", command));
  }

  TestOplog noop() {
    return add(entry("n", "", null).append("o", new BsonDocument("msg", new BsonString("tick"))));
  }

  /** An applyOps entry of the one transaction of the test; the last one commits it. */
  TestOplog transactionPart(UUID uuid, boolean partial, String operation) {
    BsonDocument command =
        new BsonDocument(
            "applyOps",
            new BsonArray(List.of(BsonDocument.parse(operation).append("ui", uuid(uuid)))));
    if (partial) {
      command.append("partialTxn", BsonBoolean.TRUE);
    }
    return add(transaction(command));
  }

  /** Prepares the one transaction of the test. */
  TestOplog prepare(UUID uuid, String operation) {
    BsonDocument command =
        new BsonDocument(
                "applyOps",
                new BsonArray(List.of(BsonDocument.parse(operation).append("ui", uuid(uuid)))))
            .append("prepare", BsonBoolean.TRUE);
    return add(transaction(command));
  }

  /** Commits what was prepared. */
  TestOplog commit(Optime commitTimestamp) {
    return add(
        transaction(
            new BsonDocument("commitTransaction", new BsonInt32(1))
                .append("commitTimestamp", commitTimestamp.toTimestamp())));
  }

  private BsonDocument transaction(BsonDocument command) {
    return entry("c", "admin.$cmd", null)
        .append("o", command)
        .append("lsid", new BsonDocument("id", uuid(new UUID(9, 9))))
        .append("txnNumber", new BsonInt64(1));
  }

  /** A noop at an optime of the caller's choice. */
  TestOplog noopAt(Optime optime) {
    BsonDocument noop = entry("n", "", null).append("o", new BsonDocument());
    noop.put("ts", optime.toTimestamp());
    return add(noop);
  }

  private BsonDocument entry(String op, String namespace, UUID uuid) {
    BsonDocument entry =
        new BsonDocument("op", new BsonString(op)).append("ns", new BsonString(namespace));
    if (uuid != null) {
      entry.append("ui", uuid(uuid));
    }
    return entry.append("ts", next()).append("t", new BsonInt64(1)).append("v", new BsonInt32(2));
  }

  private BsonTimestamp next() {
    return Optime.of(entries.size() + 1L, 1).toTimestamp();
  }

  private TestOplog add(BsonDocument entry) {
    entries.add(slice(entry));
    return this;
  }

  /** The optime of the last entry. */
  Optime last() {
    return Optime.of(entries.size(), 1);
  }

  List<BsonSlice> entries() {
    return entries;
  }

  static BsonSlice slice(BsonDocument document) {
    RawBsonDocument raw = new RawBsonDocument(document, new BsonDocumentCodec());
    byte[] bytes = new byte[raw.getByteBuffer().remaining()];
    raw.getByteBuffer().get(bytes);
    return BsonSlice.of(bytes);
  }

  static BsonSlice slice(String json) {
    return slice(BsonDocument.parse(json));
  }

  static BsonBinary uuid(UUID uuid) {
    return new BsonBinary(
        BsonBinarySubType.UUID_STANDARD,
        ByteBuffer.allocate(16)
            .putLong(uuid.getMostSignificantBits())
            .putLong(uuid.getLeastSignificantBits())
            .array());
  }

  @Override
  public String location() {
    return "the oplog of the test";
  }

  @Override
  public DocumentStream open(Optime from) {
    Iterator<BsonSlice> rest =
        entries.stream()
            .filter(entry -> !OplogEntry.read(entry).optime().isBefore(from))
            .iterator();
    return new DocumentStream() {
      @Override
      public BsonSlice next() {
        return rest.hasNext() ? rest.next() : null;
      }

      @Override
      public void close() {
        // Nothing is open.
      }
    };
  }
}
