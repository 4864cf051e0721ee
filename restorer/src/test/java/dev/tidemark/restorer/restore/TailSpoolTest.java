package dev.tidemark.restorer.restore;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.archive.chain.Chain;
import dev.tidemark.archive.chain.ChainPosition;
import dev.tidemark.archive.key.ReplicaSetRef;
import dev.tidemark.archive.plan.OplogTail;
import dev.tidemark.oplog.optime.Optime;
import dev.tidemark.schemas.event.EventKinds;
import dev.tidemark.schemas.event.OplogEvent;
import dev.tidemark.schemas.event.OplogEventReader;
import dev.tidemark.schemas.registry.SchemaRegistry;
import dev.tidemark.schemas.serde.AvroSerializer;
import dev.tidemark.schemas.serde.TrustedRecords;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import org.apache.avro.Schema;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TailSpoolTest {

  private static final String TOPIC = "oplog-backup";
  private static final ReplicaSetRef SET = new ReplicaSetRef("rs0", "5f00000000000000000000aa");

  @TempDir private Path directory;

  private final SchemaRegistry registry = new OneSchema();
  private final AvroSerializer<OplogEvent> serializer = new AvroSerializer<>(registry);
  private final OplogEventReader events = new OplogEventReader(registry);
  private TailSpool spool;
  private long offset;

  @BeforeEach
  void open() throws IOException {
    TrustedRecords.trust();
    spool = new TailSpool(directory.resolve("tail"), SET, Chain.empty());
    accept(EventKinds.START, 10, 0);
    accept(EventKinds.ENTRY, 10, 0);
  }

  private void accept(String kind, long ts, long prevTs) throws IOException {
    OplogEvent event =
        OplogEvent.newBuilder()
            .setKind(kind)
            .setSetId(SET.setId())
            .setSource(SET.name())
            .setTs(ts)
            .setTerm(1)
            .setPrevTs(prevTs)
            .setPrevTerm(prevTs == 0 ? -1 : 1)
            .setObserved(Instant.EPOCH)
            .setEntry(
                kind.equals(EventKinds.ENTRY) ? ByteBuffer.wrap(new byte[] {5, 0, 0, 0, 0}) : null)
            .build();
    spool.accept(
        new ConsumerRecord<>(TOPIC, 0, offset++, null, serializer.serialize(TOPIC, event)), events);
  }

  private OplogTail tail() throws IOException {
    return spool.finish(Optional.empty()).orElseThrow();
  }

  @Test
  void shouldEndBeforeAGap() throws IOException {
    accept(EventKinds.GAP, 30, 10);
    accept(EventKinds.HEARTBEAT, 30, 10);
    accept(EventKinds.ENTRY, 30, 0);
    accept(EventKinds.ENTRY, 31, 30);

    assertThat(spool.ended()).isTrue();
    OplogTail tail = tail();
    assertThat(tail.entries()).isEqualTo(1);
    assertThat(tail.last()).isEqualTo(new ChainPosition(10, 1));
    assertThat(tail.complete()).isEqualTo(new Optime(10));
  }

  @Test
  void shouldGoOnWhereAGapMarkerIsTakenBack() throws IOException {
    accept(EventKinds.GAP, 30, 10);
    assertThat(spool.isBehindGap()).isTrue();
    accept(EventKinds.ENTRY, 20, 10);
    accept(EventKinds.ENTRY, 30, 20);

    assertThat(spool.isBehindGap()).isFalse();
    assertThat(spool.ended()).isFalse();
    OplogTail tail = tail();
    assertThat(tail.entries()).isEqualTo(3);
    assertThat(tail.last()).isEqualTo(new ChainPosition(30, 1));
    assertThat(tail.complete()).isEqualTo(new Optime(30));
  }

  /** A registry that knows the events' schema only. */
  private static final class OneSchema implements SchemaRegistry {
    @Override
    public int idOf(String subject, Schema schema) {
      return 1;
    }

    @Override
    public Schema byId(int id) {
      return OplogEvent.getClassSchema();
    }

    @Override
    public void close() {}
  }
}
