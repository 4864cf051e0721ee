package dev.tidemark.schemas.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemark.schemas.event.OplogEvent;
import dev.tidemark.schemas.registry.InMemoryRegistry;
import dev.tidemark.schemas.registry.WireFormat;
import dev.tidemark.schemas.serde.AvroDeserializer;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.util.Date;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.data.Decimal;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaAndValue;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.data.Timestamp;
import org.apache.kafka.connect.errors.DataException;
import org.junit.jupiter.api.Test;

class AvroConverterTest {

  private final InMemoryRegistry registry = new InMemoryRegistry();
  private final AvroConverter converter = new AvroConverter(registry);

  private static Struct event() {
    return new Struct(OplogEventSchema.CONNECT)
        .put("kind", "ENTRY")
        .put("setId", "5f0000000000000000000001")
        .put("source", "rs0")
        .put("ts", 42L)
        .put("term", 3L)
        .put("prevTs", 41L)
        .put("prevTerm", 3L)
        .put("wall", new Date(1_700_000_000_000L))
        .put("observed", new Date(1_700_000_000_123L))
        .put("op", "i")
        .put("ns", "shop.orders")
        .put("ui", "21c25251-03af-44b3-b920-d5cd07229640")
        .put("entry", new byte[] {5, 0, 0, 0, 0});
  }

  @Test
  void shouldWriteEventsInTheContractsOwnSchema() {
    byte[] value = converter.fromConnectData("oplog-backup", OplogEventSchema.CONNECT, event());

    assertThat(registry.byId(WireFormat.schemaId(value))).isEqualTo(OplogEvent.getClassSchema());
    OplogEvent read =
        new AvroDeserializer<>(OplogEvent.class, registry).deserialize("oplog-backup", value);
    assertThat(read.getTs()).isEqualTo(42);
    assertThat(read.getObserved().toEpochMilli()).isEqualTo(1_700_000_000_123L);
    assertThat(read.getUi()).isEqualTo("21c25251-03af-44b3-b920-d5cd07229640");
    assertThat(read.getTxn()).isNull();
    assertThat(read.getEntry()).isEqualTo(ByteBuffer.wrap(new byte[] {5, 0, 0, 0, 0}));
  }

  @Test
  void shouldReadBackEveryTypeOfValue() {
    Schema inner =
        SchemaBuilder.struct().name("tide.Inner").field("x", Schema.INT32_SCHEMA).build();
    Schema schema =
        SchemaBuilder.struct()
            .name("tide.Outer")
            .field("text", Schema.STRING_SCHEMA)
            .field("maybe", Schema.OPTIONAL_FLOAT64_SCHEMA)
            .field("flag", Schema.BOOLEAN_SCHEMA)
            .field("single", Schema.FLOAT32_SCHEMA)
            .field("at", Timestamp.SCHEMA)
            .field("price", Decimal.schema(2))
            .field("list", SchemaBuilder.array(inner).build())
            .field("map", SchemaBuilder.map(Schema.STRING_SCHEMA, Schema.INT64_SCHEMA).build())
            .build();
    Struct value =
        new Struct(schema)
            .put("text", "häfen")
            .put("flag", true)
            .put("single", 1.5f)
            .put("at", new Date(17))
            .put("price", new BigDecimal("-12.30"))
            .put("list", List.of(new Struct(inner).put("x", 7)))
            .put("map", Map.of("a", 1L));

    SchemaAndValue read =
        converter.toConnectData("t", converter.fromConnectData("t", schema, value));

    assertThat(read.schema()).isEqualTo(schema);
    assertThat(read.value()).isEqualTo(value);
  }

  @Test
  void shouldConvertValuesThatAreNoStructs() {
    byte[] value = converter.fromConnectData("t", Schema.OPTIONAL_STRING_SCHEMA, "tide");

    assertThat(converter.toConnectData("t", value).value()).isEqualTo("tide");
  }

  @Test
  void shouldPassTombstonesThrough() {
    assertThat(converter.fromConnectData("t", Schema.STRING_SCHEMA, null)).isNull();
    assertThat(converter.toConnectData("t", null)).isEqualTo(SchemaAndValue.NULL);
  }

  @Test
  void shouldSayWhatItCannotConvert() {
    Schema byNumber = SchemaBuilder.map(Schema.INT32_SCHEMA, Schema.INT32_SCHEMA).build();

    assertThatThrownBy(() -> converter.fromConnectData("t", byNumber, Map.of(1, 2)))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("not supported yet");
    assertThatThrownBy(() -> converter.fromConnectData("t", null, "tide"))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("needs a schema");
    assertThatThrownBy(() -> converter.fromConnectData("t", Schema.INT64_SCHEMA, "tide"))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("INT64");
  }
}
