package dev.tidemark.archive.dump;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class Crc64Test {

  /** The check value that catalogues of checksums give for CRC-64/XZ. */
  @Test
  void shouldGiveTheKnownChecksumHoweverTheBytesCome() {
    byte[] bytes = "123456789".getBytes(US_ASCII);
    Crc64 crc = new Crc64();
    assertThat(crc.value()).isZero();

    crc.update(bytes, 0, 4);
    crc.update(bytes, 4, 5);

    assertThat(crc.value()).isEqualTo(0x995DC9BBDF1939FAL);
  }
}
