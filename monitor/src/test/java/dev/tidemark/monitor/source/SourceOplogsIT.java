package dev.tidemark.monitor.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.mongodb.ConnectionString;
import dev.tidemark.archive.key.ReplicaSetRef;
import dev.tidemark.embedded.mongo.SimulatedReplicaSet;
import dev.tidemark.embedded.mongo.SimulatorConfig;
import dev.tidemark.embedded.mongo.rights.CommandsSeen;
import dev.tidemark.embedded.mongo.rights.RolesPage;
import dev.tidemark.embedded.stack.Ports;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SourceOplogsIT {

  @Test
  void shouldReadHowFarTheOplogReachesAndForgetASourceThatIsGone() throws Exception {
    try (SimulatedReplicaSet set = SimulatedReplicaSet.start();
        SourceOplogs oplogs =
            new SourceOplogs(
                Map.of("shop", new ConnectionString(set.connectionString())),
                Duration.ofSeconds(1))) {
      CommandsSeen commands = new CommandsSeen().on(set.faults());
      oplogs.start(Duration.ofMillis(100));
      await().atMost(Duration.ofSeconds(30)).until(() -> !oplogs.windows().isEmpty());
      OplogWindow window = oplogs.windows().get(0);
      assertThat(window.set()).isEqualTo(new ReplicaSetRef("rs0", set.setId()));
      assertThat(window.newest().value()).isEqualTo(set.newestOptime());
      assertThat(window.oldest().isAfter(window.newest())).isFalse();
      assertThat(window.fullness()).isBetween(0.0, 0.1);
      assertThat(commands.names("tidemark-monitor"::equals))
          .contains("find", "collStats", "replSetGetConfig");
      assertThat(
              commands.lacking(
                  RolesPage.read(Path.of("..", "docs", "mongodb-roles.md")),
                  List.of("tidemarkMonitor"),
                  "tidemark-monitor"::equals))
          .isEmpty();
      set.close();
      await().atMost(Duration.ofSeconds(30)).until(() -> oplogs.windows().isEmpty());
    }
  }

  @Test
  void shouldReadTheOplogOfASetThatWasInitiatedAnewInAnEarlierTerm() throws Exception {
    SimulatorConfig config = SimulatorConfig.builder().port(Ports.free("source")).build();
    SimulatedReplicaSet before = SimulatedReplicaSet.start(config);
    before.faults().stepDown();
    before.faults().stepUp();
    try (SourceOplogs oplogs =
        new SourceOplogs(
            Map.of("shop", new ConnectionString(before.connectionString())),
            Duration.ofSeconds(1))) {
      oplogs.start(Duration.ofMillis(100));
      awaitOplogOf(before, oplogs);
      before.close();

      try (SimulatedReplicaSet anew =
          SimulatedReplicaSet.start(SimulatorConfig.builder().port(config.port()).build())) {
        awaitOplogOf(anew, oplogs);
      }
    }
  }

  private static void awaitOplogOf(SimulatedReplicaSet set, SourceOplogs oplogs) {
    await()
        .atMost(Duration.ofSeconds(30))
        .until(
            () ->
                oplogs.windows().stream()
                    .anyMatch(window -> window.set().setId().equals(set.setId())));
  }
}
