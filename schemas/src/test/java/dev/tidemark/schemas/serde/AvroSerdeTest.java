package dev.tidemark.schemas.serde;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemark.schemas.event.EventKinds;
import dev.tidemark.schemas.event.OplogEvent;
import dev.tidemark.schemas.registry.InMemoryRegistry;
import dev.tidemark.schemas.registry.WireFormat;
import dev.tidemark.schemas.request.SnapshotRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecordBuilder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.kafka.common.errors.SerializationException;
import org.junit.jupiter.api.Test;

class AvroSerdeTest {

  private final InMemoryRegistry registry = new InMemoryRegistry();
  private final AvroSerializer<OplogEvent> serializer = new AvroSerializer<>(registry);
  private final AvroDeserializer<OplogEvent> deserializer =
      new AvroDeserializer<>(OplogEvent.class, registry);

  private static OplogEvent event() {
    return OplogEvent.newBuilder()
        .setKind(EventKinds.ENTRY)
        .setSetId("5f0000000000000000000001")
        .setSource("rs0")
        .setTs(-1L)
        .setTerm(3)
        .setPrevTs(41)
        .setPrevTerm(2)
        .setObserved(Instant.ofEpochMilli(1_700_000_000_123L))
        .setOp("i")
        .setNs("shop.orders")
        .setEntry(ByteBuffer.wrap(new byte[] {5, 0, 0, 0, 0}))
        .build();
  }

  @Test
  void shouldReadBackWhatItWrote() {
    byte[] value = serializer.serialize("oplog-backup", event());

    assertThat(value[0]).isEqualTo(WireFormat.MAGIC);
    assertThat(deserializer.deserialize("oplog-backup", value)).isEqualTo(event());
  }

  @Test
  void shouldPassTombstonesThrough() {
    assertThat(serializer.serialize("t", null)).isNull();
    assertThat(deserializer.deserialize("t", null)).isNull();
  }

  @Test
  void shouldReadARecordOfAnOlderSchema() throws IOException {
    Schema older =
        new Schema.Parser()
            .parse(
                """
                {"type":"record","name":"SnapshotRequest","namespace":"dev.tidemark.schemas.request",
                 "fields":[{"name":"requestId","type":"string"},{"name":"cluster","type":"string"}]}
                """);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    byte[] header = new byte[WireFormat.HEADER_BYTES];
    WireFormat.writeHeader(header, registry.idOf("older", older));
    out.write(header);
    BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
    new GenericDatumWriter<>(older)
        .write(
            new GenericRecordBuilder(older).set("requestId", "r1").set("cluster", "shop").build(),
            encoder);
    encoder.flush();

    SnapshotRequest request =
        new RequestDeserializer<>(SnapshotRequest.class, registry)
            .deserialize("snapshot-requests", out.toByteArray());

    assertThat(request.getRequestId()).isEqualTo("r1");
    assertThat(request.getCancel()).isFalse();
  }

  @Test
  void shouldTakeRequestsTypedAsJson() {
    byte[] json = "{\"requestId\":\"r1\",\"cluster\":\"shop\"}".getBytes(StandardCharsets.UTF_8);

    SnapshotRequest request =
        new RequestDeserializer<>(SnapshotRequest.class, registry).deserialize("t", json);

    assertThat(request.getCluster()).isEqualTo("shop");
  }

  @Test
  void shouldRefuseEveryTruncationOfAValue() {
    byte[] value = serializer.serialize("oplog-backup", event());

    for (int length = 0; length < value.length; length++) {
      byte[] truncated = Arrays.copyOf(value, length);
      assertThatThrownBy(() -> deserializer.deserialize("oplog-backup", truncated))
          .isInstanceOf(SerializationException.class);
    }
  }
}
