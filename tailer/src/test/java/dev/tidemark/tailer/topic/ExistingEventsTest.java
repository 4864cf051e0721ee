package dev.tidemark.tailer.topic;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ExistingEventsTest {

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  @Test
  void shouldFindTheIdAnywhereInAValue() {
    byte[] id = bytes("65aa0f0e6f2b4c0d9e8f7a61");

    assertThat(ExistingEvents.contains(bytes("..65aa0f0e6f2b4c0d9e8f7a61.."), id)).isTrue();
    assertThat(ExistingEvents.contains(bytes("65aa0f0e6f2b4c0d9e8f7a61"), id)).isTrue();
    assertThat(ExistingEvents.contains(bytes("6565aa0f0e6f2b4c0d9e8f7a61"), id)).isTrue();
    assertThat(ExistingEvents.contains(bytes("..65aa0f0e6f2b4c0d9e8f7a6"), id)).isFalse();
    assertThat(ExistingEvents.contains(bytes(""), id)).isFalse();
    assertThat(ExistingEvents.contains(null, id)).isFalse();
  }
}
