package dev.tidemark.embedded.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemark.embedded.kafka.EmbeddedKafka;
import dev.tidemark.embedded.stack.StackException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedConnectIT {

  @TempDir private Path directory;

  @Test
  void shouldRunConnectorsGivenThroughItsRestInterface() {
    try (EmbeddedKafka kafka = EmbeddedKafka.start(directory.resolve("kafka"));
        EmbeddedConnect connect = EmbeddedConnect.start(kafka.bootstrapServers(), List.of())) {
      assertThat(connect.rest().status("probe").state()).isEqualTo("UNKNOWN");

      assertThatThrownBy(
              () -> connect.rest().putConnector("probe", Map.of("connector.class", "no.Such")))
          .isInstanceOf(StackException.class)
          .hasMessageContaining("no.Such");

      connect
          .rest()
          .putConnector("probe", Map.of("connector.class", ProbeConnector.class.getName()));
      connect.rest().awaitRunning("probe", 1, Duration.ofSeconds(30));
      connect.rest().deleteConnector("probe");
    }
  }
}
