package dev.tidemark.monitor.failover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.mongodb.ConnectionString;
import dev.tidemark.embedded.mongo.SimulatedReplicaSet;
import dev.tidemark.embedded.mongo.rights.CommandsSeen;
import dev.tidemark.embedded.mongo.rights.RolesPage;
import dev.tidemark.schemas.alert.TopologyEvent;
import dev.tidemark.schemas.alert.TopologyEventKind;
import dev.tidemark.schemas.serde.TrustedRecords;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A step-down and an election of the simulator, seen through the driver. */
class FailoverWatchIT {

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @TempDir private Path directory;

  @Test
  void shouldFollowAStepDownToTheNewPrimaryAndTellEverybody() throws Exception {
    TrustedRecords.trust();
    List<TopologyEvent> events = new CopyOnWriteArrayList<>();
    try (SimulatedReplicaSet set = SimulatedReplicaSet.start();
        FailoverWatch watch =
            new FailoverWatch(
                "shop",
                new DriverProbe(
                    new ConnectionString(set.connectionString()),
                    Duration.ofMillis(500),
                    Duration.ofSeconds(2)),
                new PrimaryTracker(3, Duration.ofMinutes(1)),
                List.of(new FileSdUpdater(directory)),
                Duration.ofMillis(500),
                InstantSource.system(),
                events::add,
                () -> {})) {
      CommandsSeen commands = new CommandsSeen().on(set.faults());
      watch.start();
      await().atMost(PATIENCE).until(() -> watch.status() != null && !watch.status().lost());
      Path file = directory.resolve("shop.json");
      await().atMost(PATIENCE).until(() -> Files.exists(file));
      assertThat(Files.readString(file))
          .contains("\"targets\":[\"127.0.0.1:" + set.port() + "\"]", "\"replica_set\":\"rs0\"");

      set.faults().dropConnections();
      set.faults().stepDown();
      await().atMost(PATIENCE).until(() -> watch.status().lost());
      set.faults().stepUp();
      await()
          .atMost(PATIENCE)
          .until(() -> events.stream().anyMatch(e -> e.getKind() == TopologyEventKind.RECONNECT));

      assertThat(watch.status().lost()).isFalse();
      assertThat(commands.names("tidemark-monitor"::equals)).contains("hello", "replSetGetConfig");
      assertThat(
              commands.lacking(
                  RolesPage.read(Path.of("..", "docs", "mongodb-roles.md")),
                  List.of("tidemarkMonitor"),
                  "tidemark-monitor"::equals))
          .isEmpty();
      assertThat(events)
          .extracting(TopologyEvent::getKind)
          .containsExactly(
              TopologyEventKind.ENDPOINT_UPDATED,
              TopologyEventKind.PRIMARY_LOST,
              TopologyEventKind.PRIMARY_ELECTED,
              TopologyEventKind.ENDPOINT_UPDATED,
              TopologyEventKind.RECONNECT);
      TopologyEvent reconnect = events.get(4);
      assertThat(reconnect.getTerm()).isEqualTo(2);
      assertThat(reconnect.getSetId()).isEqualTo(set.setId());
      assertThat(reconnect.getStepMillis())
          .containsOnlyKeys("detect", "elect", "update.file-sd", "total");
    }
  }
}
