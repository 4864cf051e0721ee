package dev.tidemark.archiver.partition;

import dev.tidemark.schemas.event.EventKinds;
import dev.tidemark.schemas.event.OplogEvent;
import java.nio.ByteBuffer;
import java.time.Instant;
import org.bson.BsonBinaryWriter;
import org.bson.BsonTimestamp;
import org.bson.io.BasicOutputBuffer;

/** Makes the events of a replica set as its tailer sends them, observed a millisecond apart. */
final class SetEvents {

  /** Well inside an hour, so that no folder boundary comes in by chance. */
  private static final long SECOND = 1_700_000_500L;

  private static final long TERM = 1;
  private final String setId;
  private long observed = SECOND * 1000;
  private long ts = SECOND << 32;
  private long last;

  SetEvents(String setId) {
    this.setId = setId;
  }

  String setId() {
    return setId;
  }

  OplogEvent start() {
    return event(EventKinds.START, ts + 1, 0, -1).build();
  }

  OplogEvent entry() {
    long previous = last;
    last = ++ts;
    observed++;
    return event(EventKinds.ENTRY, last, previous, previous == 0 ? -1 : TERM)
        .setOp("i")
        .setNs("shop.orders")
        .setWall(Instant.ofEpochSecond(SECOND))
        .setEntry(ByteBuffer.wrap(bson(last)))
        .build();
  }

  private static byte[] bson(long ts) {
    BasicOutputBuffer buffer = new BasicOutputBuffer();
    try (BsonBinaryWriter writer = new BsonBinaryWriter(buffer)) {
      writer.writeStartDocument();
      writer.writeTimestamp("ts", new BsonTimestamp(ts));
      writer.writeString("op", "i");
      writer.writeString("ns", "shop.orders");
      writer.writeEndDocument();
    }
    return buffer.toByteArray();
  }

  /** Observed so much later that it ends what is open. */
  OplogEvent heartbeat() {
    observed += 60_000;
    return event(EventKinds.HEARTBEAT, ts, last, TERM).build();
  }

  private OplogEvent.Builder event(String kind, long optime, long previous, long previousTerm) {
    return OplogEvent.newBuilder()
        .setKind(kind)
        .setSetId(setId)
        .setSource("rs0")
        .setTs(optime)
        .setTerm(TERM)
        .setPrevTs(previous)
        .setPrevTerm(previousTerm)
        .setObserved(Instant.ofEpochMilli(observed));
  }
}
