package dev.tidemark.monitor.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.mongodb.ConnectionString;
import com.mongodb.MongoClientSettings;
import com.mongodb.MongoException;
import dev.tidemark.embedded.mongo.SimulatedReplicaSet;
import dev.tidemark.embedded.mongo.SimulatorConfig;
import dev.tidemark.embedded.stack.Ports;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SourceClientIT {

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final int port = Ports.free("source");

  private SimulatedReplicaSet start(String setName) throws IOException {
    return SimulatedReplicaSet.start(SimulatorConfig.builder().port(port).setName(setName).build());
  }

  private static MongoClientSettings settings(SimulatedReplicaSet set) {
    return MongoClientSettings.builder()
        .applyConnectionString(new ConnectionString(set.connectionString()))
        .applyToClusterSettings(cluster -> cluster.serverSelectionTimeout(1, TimeUnit.SECONDS))
        .applyToServerSettings(
            server ->
                server
                    .heartbeatFrequency(200, TimeUnit.MILLISECONDS)
                    .minHeartbeatFrequency(200, TimeUnit.MILLISECONDS))
        .build();
  }

  @Test
  void shouldFindItsSetAgainAfterAMemberOfAnotherSetWasBehindTheAddress() throws IOException {
    SimulatedReplicaSet before = start("rs0");
    try (SourceClient client = new SourceClient(settings(before))) {
      assertThat(client.setId()).contains(before.setId());
      before.close();
      try (SimulatedReplicaSet other = start("other")) {
        assertThat(other.setName()).isNotEqualTo(before.setName());
        await().atMost(PATIENCE).until(client::isLost);
      }

      client.reopenIfLost();

      try (SimulatedReplicaSet anew = start("rs0")) {
        await()
            .atMost(PATIENCE)
            .ignoreExceptionsInstanceOf(MongoException.class)
            .until(client::setId, Optional.of(anew.setId())::equals);
      }
    }
  }

  @Test
  void shouldKeepADriverThatMerelyWaits() throws IOException {
    SimulatedReplicaSet set = start("rs0");
    try (SourceClient client = new SourceClient(settings(set))) {
      var driver = client.current();
      set.close();

      client.reopenIfLost();

      assertThat(client.current()).isSameAs(driver);
    }
  }
}
