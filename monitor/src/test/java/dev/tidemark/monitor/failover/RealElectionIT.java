package dev.tidemark.monitor.failover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.mongodb.ConnectionString;
import com.mongodb.MongoException;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import dev.tidemark.schemas.alert.TopologyEvent;
import dev.tidemark.schemas.alert.TopologyEventKind;
import dev.tidemark.schemas.serde.TrustedRecords;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.bson.Document;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;

/**
 * The primary of a real replica set steps down. The account in the connection string needs {@code
 * clusterManager}; writes fail until the set, of one member or of several, has elected again.
 */
@EnabledIfEnvironmentVariable(named = "TIDEMARK_TEST_MONGODB_URI", matches = ".+")
class RealElectionIT {

  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final int SECONDS_DOWN = 5;

  @TempDir private Path directory;

  @Test
  void shouldVerifyThePrimaryThatARealElectionMakes() {
    TrustedRecords.trust();
    ConnectionString address = new ConnectionString(System.getenv("TIDEMARK_TEST_MONGODB_URI"));
    List<TopologyEvent> events = new CopyOnWriteArrayList<>();
    try (MongoClient client = MongoClients.create(address);
        FailoverWatch watch =
            new FailoverWatch(
                "real",
                new DriverProbe(address, Duration.ofMillis(500), Duration.ofSeconds(2)),
                new PrimaryTracker(3, Duration.ofMinutes(1)),
                List.of(new FileSdUpdater(directory)),
                Duration.ofMillis(500),
                InstantSource.system(),
                events::add,
                () -> {})) {
      watch.start();
      await()
          .atMost(PATIENCE)
          .until(() -> kinds(events).contains(TopologyEventKind.ENDPOINT_UPDATED));
      long before = events.get(0).getTerm();
      assertThat(before).isPositive();

      stepDown(client);

      await().atMost(PATIENCE).until(() -> kinds(events).contains(TopologyEventKind.RECONNECT));
      assertThat(watch.status().lost()).isFalse();
      TopologyEvent reconnect = events.get(events.size() - 1);
      assertThat(reconnect.getKind()).isEqualTo(TopologyEventKind.RECONNECT);
      assertThat(reconnect.getTerm()).isGreaterThan(before);
      assertThat(reconnect.getSetId()).hasSize(24);
      assertThat(kinds(events))
          .containsSubsequence(
              TopologyEventKind.PRIMARY_ELECTED,
              TopologyEventKind.ENDPOINT_UPDATED,
              TopologyEventKind.RECONNECT);
    }
  }

  private static List<TopologyEventKind> kinds(List<TopologyEvent> events) {
    return events.stream().map(TopologyEvent::getKind).toList();
  }

  private static void stepDown(MongoClient client) {
    try {
      client
          .getDatabase("admin")
          .runCommand(
              new Document("replSetStepDown", SECONDS_DOWN)
                  .append("secondaryCatchUpPeriodSecs", 1)
                  .append("force", true));
    } catch (MongoException e) {
      // Servers before 4.2 cut the connection instead of answering; what counts is the election.
      assertThat(e.getCode()).isNotEqualTo(13);
    }
  }
}
