package dev.tidemark.schemas.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import org.apache.kafka.common.errors.SerializationException;
import org.junit.jupiter.api.Test;

class WireFormatTest {

  @Test
  void shouldFrameAsConfluentDoes() {
    byte[] value = new byte[7];
    WireFormat.writeHeader(value, 0x01020384);
    value[5] = 42;
    value[6] = 43;

    assertThat(value).containsExactly(0, 1, 2, 3, (byte) 0x84, 42, 43);
    assertThat(WireFormat.schemaId(value)).isEqualTo(0x01020384);
    assertThat(WireFormat.datum(ByteBuffer.wrap(value)))
        .isEqualTo(ByteBuffer.wrap(new byte[] {42, 43}));
  }

  @Test
  void shouldRefuseWhatIsNotFramed() {
    assertThatThrownBy(() -> WireFormat.schemaId(new byte[] {'{', '}', ' ', ' ', ' '}))
        .isInstanceOf(SerializationException.class)
        .hasMessageContaining("0x7b");
    assertThatThrownBy(() -> WireFormat.schemaId(new byte[4]))
        .isInstanceOf(SerializationException.class)
        .hasMessageContaining("at least 5 bytes");
  }
}
