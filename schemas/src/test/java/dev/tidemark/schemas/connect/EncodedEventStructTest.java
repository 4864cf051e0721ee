package dev.tidemark.schemas.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemark.schemas.event.OplogEvent;
import dev.tidemark.schemas.event.OplogEventEncoder;
import dev.tidemark.schemas.event.OplogEventHead;
import dev.tidemark.schemas.event.OplogEventView;
import dev.tidemark.schemas.registry.InMemoryRegistry;
import dev.tidemark.schemas.registry.WireFormat;
import dev.tidemark.schemas.serde.AvroDeserializer;
import java.nio.charset.StandardCharsets;
import java.util.Date;
import java.util.Map;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.json.JsonConverter;
import org.junit.jupiter.api.Test;

class EncodedEventStructTest {

  private static final byte[] REPLY = {9, 9, 5, 0, 0, 0, 0, 9};
  private static final byte[] ENTRY = {5, 0, 0, 0, 0};

  private final InMemoryRegistry registry = new InMemoryRegistry();
  private final AvroConverter converter = new AvroConverter(registry);
  private final OplogEventEncoder encoder =
      new OplogEventEncoder("5f0000000000000000000001", "rs0");

  private static OplogEventHead head(String ns, byte[] lsid) {
    return new OplogEventHead(
        "ENTRY", -42, 3, 41, -1, 1_700_000_000_000L, 17, "i", ns, "21c25251", lsid, 9);
  }

  private byte[] encoded(OplogEventHead head) {
    return encoder.entry(head, REPLY, 2, ENTRY.length);
  }

  private static Struct plain(String ns, byte[] lsid) {
    Struct event =
        new Struct(OplogEventSchema.CONNECT)
            .put("kind", "ENTRY")
            .put("setId", "5f0000000000000000000001")
            .put("source", "rs0")
            .put("ts", -42L)
            .put("term", 3L)
            .put("prevTs", 41L)
            .put("prevTerm", -1L)
            .put("wall", new Date(1_700_000_000_000L))
            .put("observed", new Date(17))
            .put("op", "i")
            .put("ns", ns)
            .put("ui", "21c25251")
            .put("entry", ENTRY);
    if (lsid != null) {
      event.put(
          "txn",
          new Struct(OplogEventSchema.CONNECT.field("txn").schema())
              .put("lsid", lsid)
              .put("txnNumber", 9L));
    }
    return event;
  }

  private byte[] converted(Object event) {
    return converter.fromConnectData("oplog-backup", OplogEventSchema.CONNECT, event);
  }

  @Test
  void shouldBeConvertedToTheBytesOfAnyOtherStruct() {
    String longName = "shop." + "häfen".repeat(300);
    for (String ns : new String[] {"shop.orders", "", longName}) {
      for (byte[] lsid : new byte[][] {null, new byte[700]}) {
        assertThat(converted(new EncodedEventStruct(encoded(head(ns, lsid)))))
            .isEqualTo(converted(plain(ns, lsid)));
      }
    }
  }

  @Test
  void shouldEncodeMarkersAsAvroDoes() {
    byte[] marker =
        encoder.marker(
            new OplogEventHead(
                "GAP", 7, -1, 5, 2, OplogEventView.NO_WALL, 17, "", "", null, null, 0));

    OplogEvent read =
        new AvroDeserializer<>(OplogEvent.class, registry)
            .deserialize("oplog-backup", converted(new EncodedEventStruct(marker)));

    assertThat(read.getKind()).isEqualTo("GAP");
    assertThat(read.getPrevTs()).isEqualTo(5);
    assertThat(read.getWall()).isNull();
    assertThat(read.getUi()).isNull();
    assertThat(read.getTxn()).isNull();
    assertThat(read.getEntry()).isNull();
  }

  @Test
  void shouldLookLikeAStructToEveryOtherConverter() {
    try (JsonConverter json = new JsonConverter()) {
      json.configure(Map.of("schemas.enable", "false"), false);
      byte[] expected =
          json.fromConnectData("t", OplogEventSchema.CONNECT, plain("shop.orders", new byte[3]));

      byte[] actual =
          json.fromConnectData(
              "t",
              OplogEventSchema.CONNECT,
              new EncodedEventStruct(encoded(head("shop.orders", new byte[3]))));

      assertThat(new String(actual, StandardCharsets.UTF_8))
          .isEqualTo(new String(expected, StandardCharsets.UTF_8));
    }
  }

  @Test
  void shouldKeepWhatItGaveWhenAnotherIdIsAskedFor() {
    EncodedEventStruct event = new EncodedEventStruct(encoded(head("shop.orders", null)));

    byte[] first = event.framed(1);
    byte[] second = event.framed(2);

    assertThat(WireFormat.schemaId(first)).isEqualTo(1);
    assertThat(WireFormat.schemaId(second)).isEqualTo(2);
    assertThat(event.framed(1)).isSameAs(first);
  }

  @Test
  void shouldRefuseChanges() {
    EncodedEventStruct event = new EncodedEventStruct(encoded(head("shop.orders", null)));

    assertThatThrownBy(() -> event.put("op", "u")).isInstanceOf(DataException.class);
    assertThat(event.getString("op")).isEqualTo("i");
  }
}
