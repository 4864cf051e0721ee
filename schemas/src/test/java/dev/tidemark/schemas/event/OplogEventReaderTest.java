package dev.tidemark.schemas.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemark.schemas.registry.InMemoryRegistry;
import dev.tidemark.schemas.registry.WireFormat;
import dev.tidemark.schemas.serde.AvroSerializer;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.kafka.common.errors.SerializationException;
import org.junit.jupiter.api.Test;

class OplogEventReaderTest {

  private final InMemoryRegistry registry = new InMemoryRegistry();
  private final OplogEventReader reader = new OplogEventReader(registry);

  private static OplogEvent.Builder event() {
    return OplogEvent.newBuilder()
        .setSetId("5f0000000000000000000001")
        .setSource("rs0")
        .setTs(0x8000_0000_0000_0007L)
        .setTerm(3)
        .setPrevTs(Long.MAX_VALUE)
        .setPrevTerm(-1)
        .setObserved(Instant.ofEpochMilli(1_700_000_000_123L));
  }

  private static OplogEvent entry() {
    return entry("rs0", "i", "shop.bestellungen_ü");
  }

  private static OplogEvent entry(String source, String op, String ns) {
    return event()
        .setSource(source)
        .setOp(op)
        .setNs(ns)
        .setUi("21c25251-03af-44b3-b920-d5cd07229640")
        .setWall(Instant.ofEpochMilli(1_700_000_000_000L))
        .setTxn(new TransactionIdentity(ByteBuffer.wrap(new byte[] {1, 2, 3}), 9L))
        .setEntry(ByteBuffer.wrap(new byte[] {5, 0, 0, 0, 0}))
        .build();
  }

  private byte[] framed(OplogEvent event) {
    return new AvroSerializer<OplogEvent>(registry).serialize("oplog-backup", event);
  }

  @Test
  void shouldPickTheFieldsOfAnEntryWithoutCopyingIt() {
    byte[] value = framed(entry());
    OplogEventView view = reader.read(value).view();

    assertThat(view)
        .isEqualTo(
            new OplogEventView(
                "ENTRY",
                "5f0000000000000000000001",
                "rs0",
                0x8000_0000_0000_0007L,
                3,
                Long.MAX_VALUE,
                -1,
                1_700_000_000_000L,
                1_700_000_000_123L,
                "i",
                "shop.bestellungen_ü",
                ByteBuffer.wrap(new byte[] {5, 0, 0, 0, 0})));
    assertThat(view.entry().array()).isSameAs(value);
  }

  @Test
  void shouldTakeNoNameFromTheEventBeforeUnlessItIsTheSame() {
    for (String ns : List.of("shop.ab", "shop.ac", "shop.ä", "shop.ã", "shop.ä", "shop.ab", "")) {
      OplogEventView view = reader.read(framed(entry("rs0", "i", ns))).view();

      assertThat(view.ns()).isEqualTo(ns);
      assertThat(view.source()).isEqualTo("rs0");
    }
    OplogEventView other = reader.read(framed(entry("rs1", "u", "shop.ab"))).view();
    assertThat(other.source()).isEqualTo("rs1");
    assertThat(other.op()).isEqualTo("u");
  }

  @Test
  void shouldReadMarkers() {
    OplogEventView view = reader.read(framed(event().setKind(EventKinds.HEARTBEAT).build())).view();

    assertThat(view.isHeartbeat()).isTrue();
    assertThat(view.entry()).isNull();
    assertThat(view.wall()).isEqualTo(OplogEventView.NO_WALL);
  }

  @Test
  void shouldRefuseAnEntryWithoutItsBytes() {
    OplogEvent hollow = event().setKind(EventKinds.ENTRY).build();

    assertThatThrownBy(() -> reader.read(framed(hollow)))
        .isInstanceOf(SerializationException.class)
        .hasMessageContaining("without its bytes");
  }

  @Test
  void shouldReadTheSameWithAConvertersProperties() {
    OplogEventView expected = reader.read(framed(entry())).view();
    Schema decorated =
        new Schema.Parser()
            .parse(
                OplogEvent.getClassSchema()
                    .toString()
                    .replaceFirst("\\{", "{\"connect.version\":1,"));
    byte[] value = framed(entry());
    WireFormat.writeHeader(value, registry.idOf("other", decorated));
    assertThat(reader.read(value).view()).isEqualTo(expected);
  }

  @Test
  void shouldResolveASchemaOfAnotherShape() {
    Schema longer =
        new Schema.Parser()
            .parse(
                OplogEvent.getClassSchema()
                    .toString()
                    .replace(
                        "\"fields\":[{\"name\":\"kind\"",
                        "\"fields\":[{\"name\":\"later\",\"type\":\"int\"},{\"name\":\"kind\""));
    ByteArrayOutputStream datum = new ByteArrayOutputStream();
    datum.write(14);
    datum.writeBytes(Arrays.copyOfRange(framed(entry()), 5, framed(entry()).length));

    assertThat(new OplogEventDecoder(longer).decode(ByteBuffer.wrap(datum.toByteArray())))
        .isEqualTo(reader.read(framed(entry())).view());
  }

  @Test
  void shouldRefuseEveryTruncationAndTrailingBytes() {
    byte[] value = framed(entry());

    for (int length = 0; length < value.length; length++) {
      byte[] truncated = Arrays.copyOf(value, length);
      assertThatThrownBy(() -> reader.read(truncated)).isInstanceOf(SerializationException.class);
    }
    assertThatThrownBy(() -> reader.read(Arrays.copyOf(value, value.length + 1)))
        .isInstanceOf(SerializationException.class)
        .hasMessageContaining("follow its end");
    assertThatThrownBy(() -> reader.read((byte[]) null)).isInstanceOf(SerializationException.class);
  }
}
