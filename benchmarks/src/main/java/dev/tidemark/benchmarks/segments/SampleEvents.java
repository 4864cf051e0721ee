package dev.tidemark.benchmarks.segments;

import dev.tidemark.schemas.event.EventKinds;
import dev.tidemark.schemas.event.OplogEvent;
import dev.tidemark.schemas.event.OplogEventDecoder;
import dev.tidemark.schemas.event.OplogEventView;
import dev.tidemark.schemas.serde.TrustedRecords;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificDatumWriter;
import org.bson.BsonBinaryWriter;
import org.bson.BsonDateTime;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonObjectId;
import org.bson.BsonString;
import org.bson.BsonTimestamp;
import org.bson.codecs.BsonDocumentCodec;
import org.bson.codecs.EncoderContext;
import org.bson.io.BasicOutputBuffer;
import org.bson.types.ObjectId;

/**
 * Inserts of a web shop, chained: field names repeat, ids and numbers do not, texts are made of
 * words. About as compressible as orders and users are.
 */
public final class SampleEvents {

  static final String SET_ID = "65a9f2b1c0ffee0000000001";

  /** The UUID of the collection. */
  public static final String COLLECTION = "699f503d-f64b-4aa8-a484-a8052046fa3a";

  // Where an entry's last fields stand, counted from its end.
  private static final int TS_FROM_END = 45;
  private static final int WALL_FROM_END = 9;

  // What an entry has besides its text, and half of the last words.
  private static final int WITHOUT_TEXT = 171;

  private static final long BASE = 1_795_361_310L;
  private static final String[] WORDS = {
    "order", "shipped", "to", "the", "warehouse", "with", "customer", "blue", "large", "express",
    "paid", "invoice", "north", "street", "gift", "returned", "small", "box", "green", "today"
  };

  /** An event in its encoding, and what it says. */
  record Event(ByteBuffer datum, OplogEventView view) {}

  private SampleEvents() {}

  /**
   * Events whose entries have about a given size and together about a given one.
   *
   * @param entryBytes size of an entry
   * @param totalBytes size of all
   */
  static List<Event> make(int entryBytes, int totalBytes) {
    TrustedRecords.trust();
    OplogEventDecoder decoder = new OplogEventDecoder(OplogEvent.getClassSchema());
    Random random = new Random(42);
    List<Event> events = new ArrayList<>();
    long previous = 0;
    int made = 0;
    for (int i = 1; made < totalBytes; i++) {
      long ts = ((BASE + i / 5_000) << 32) | (1 + i % 5_000);
      byte[] entry = entry(random, ts, i, entryBytes);
      made += entry.length;
      ByteBuffer datum = ByteBuffer.wrap(encode(event(SET_ID, entry, ts, previous)));
      events.add(new Event(datum, decoder.decode(datum)));
      previous = ts;
    }
    return events;
  }

  /**
   * An oplog entry as the server would write it.
   *
   * @param number of the document that it inserts
   * @param size about, in bytes
   */
  public static byte[] entry(Random random, long ts, int number, int size) {
    BsonDocument order =
        new BsonDocument("_id", new BsonObjectId(new ObjectId((int) BASE, number)))
            .append("customer", new BsonInt32(random.nextInt(100_000)))
            .append("cents", new BsonInt64(random.nextInt(1_000_000)))
            .append("status", new BsonString(WORDS[random.nextInt(WORDS.length)]));
    StringBuilder text = new StringBuilder();
    while (text.length() < size - WITHOUT_TEXT) {
      text.append(WORDS[random.nextInt(WORDS.length)])
          .append(' ')
          .append(random.nextInt(1_000))
          .append(' ');
    }
    order.append("note", new BsonString(text.toString()));
    BsonDocument entry =
        new BsonDocument("op", new BsonString("i"))
            .append("ns", new BsonString("shop.orders"))
            .append("o", order)
            .append("ts", new BsonTimestamp(ts))
            .append("t", new BsonInt64(1))
            .append("v", new BsonInt64(2))
            .append("wall", new BsonDateTime(wall(ts, number)));
    BasicOutputBuffer out = new BasicOutputBuffer();
    try (BsonBinaryWriter writer = new BsonBinaryWriter(out)) {
      new BsonDocumentCodec().encode(writer, entry, EncoderContext.builder().build());
    }
    return out.toByteArray();
  }

  private static long wall(long ts, int number) {
    return (ts >>> 32) * 1000 + number % 1000;
  }

  /**
   * Gives an entry another optime and wall clock.
   *
   * @param entry made by {@link #entry}
   * @return the wall clock
   */
  public static long stamp(byte[] entry, long ts, int number) {
    long wall = wall(ts, number);
    ByteBuffer.wrap(entry)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(entry.length - TS_FROM_END, ts)
        .putLong(entry.length - WALL_FROM_END, wall);
    return wall;
  }

  /** The event of an entry of a replica set. */
  public static OplogEvent event(String setId, byte[] entry, long ts, long previous) {
    Instant wall = Instant.ofEpochSecond(ts >>> 32);
    return OplogEvent.newBuilder()
        .setKind(EventKinds.ENTRY)
        .setSetId(setId)
        .setSource("rs0")
        .setTs(ts)
        .setTerm(1)
        .setPrevTs(previous)
        .setPrevTerm(previous == 0 ? -1 : 1)
        .setWall(wall)
        .setObserved(wall)
        .setOp("i")
        .setNs("shop.orders")
        .setUi(COLLECTION)
        .setEntry(ByteBuffer.wrap(entry))
        .build();
  }

  private static byte[] encode(OplogEvent event) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
    try {
      new SpecificDatumWriter<OplogEvent>(OplogEvent.getClassSchema()).write(event, encoder);
      encoder.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }
}
