package dev.tidemark.monitor.failover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.mongodb.ConnectionString;
import com.sun.net.httpserver.HttpServer;
import dev.tidemark.embedded.mongo.HeldCommand;
import dev.tidemark.embedded.mongo.SimulatedReplicaSet;
import dev.tidemark.embedded.mongo.SimulatorConfig;
import dev.tidemark.embedded.mongo.rights.CommandsSeen;
import dev.tidemark.embedded.mongo.rights.RolesPage;
import dev.tidemark.embedded.stack.Ports;
import dev.tidemark.monitor.MonitorConfig;
import dev.tidemark.schemas.alert.TopologyEvent;
import dev.tidemark.schemas.alert.TopologyEventKind;
import dev.tidemark.schemas.serde.TrustedRecords;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The simulator, seen through the driver: a lost ping, and a step-down with an election. */
class FailoverWatchIT {

  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration PING_TIMEOUT = Duration.ofSeconds(1);

  @TempDir private Path directory;
  private final List<TopologyEvent> events = new CopyOnWriteArrayList<>();
  private final List<JsonNode> posted = new CopyOnWriteArrayList<>();
  private HttpServer hook;

  @BeforeEach
  void listen() throws IOException {
    TrustedRecords.trust();
    RecordingUpdater.CALLS.clear();
    hook = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    hook.createContext(
        "/",
        exchange -> {
          try (exchange) {
            posted.add(new ObjectMapper().readTree(exchange.getRequestBody()));
            exchange.sendResponseHeaders(204, -1);
          }
        });
    hook.start();
  }

  @AfterEach
  void stop() {
    hook.stop(0);
  }

  @Test
  void shouldFollowAStepDownToTheNewPrimaryAndTellEverybody() throws Exception {
    try (SimulatedReplicaSet set = SimulatedReplicaSet.start();
        FailoverWatch watch = watch(set)) {
      CommandsSeen commands = new CommandsSeen().on(set.faults());
      watch.start();
      await().atMost(PATIENCE).until(() -> watch.status() != null && !watch.status().lost());
      // One of the updaters fails at first and is called again.
      await().atMost(PATIENCE).until(() -> events.size() == 3);
      assertThat(Files.readString(directory.resolve("shop.json")))
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
      assertThat(events.subList(3, events.size()))
          .extracting(TopologyEvent::getKind)
          .containsExactly(
              TopologyEventKind.PRIMARY_LOST,
              TopologyEventKind.PRIMARY_ELECTED,
              TopologyEventKind.ENDPOINT_UPDATED,
              TopologyEventKind.ENDPOINT_UPDATED,
              TopologyEventKind.ENDPOINT_UPDATED,
              TopologyEventKind.RECONNECT);
      TopologyEvent reconnect = events.get(events.size() - 1);
      assertThat(reconnect.getTerm()).isEqualTo(2);
      assertThat(reconnect.getSetId()).isEqualTo(set.setId());
      assertThat(reconnect.getStepMillis())
          .containsOnlyKeys(
              "detect", "elect", "update.file-sd", "update.webhook", "update.recording", "total");
      assertThat(posted)
          .extracting(event -> event.path("term").asLong(), event -> event.path("primary").asText())
          .containsExactly(
              tuple(1L, "127.0.0.1:" + set.port()), tuple(2L, "127.0.0.1:" + set.port()));
      assertThat(RecordingUpdater.CALLS)
          .extracting(endpoint -> endpoint.primary().term())
          .containsExactly(1L, 1L, 2L);
    }
  }

  @Test
  void shouldFindTheirPrimaryWhenMembersAreInitiatedAnewUnderTheirAddresses() throws Exception {
    int port = Ports.free("source");
    SimulatedReplicaSet before =
        SimulatedReplicaSet.start(SimulatorConfig.builder().port(port).build());
    before.faults().stepDown();
    before.faults().stepUp();
    try (FailoverWatch watch = watch(before).start()) {
      await().atMost(PATIENCE).until(() -> events.size() == 3);
      before.close();
      await().atMost(PATIENCE).until(() -> watch.status().lost());

      try (SimulatedReplicaSet anew =
          SimulatedReplicaSet.start(SimulatorConfig.builder().port(port).build())) {
        await().atMost(PATIENCE).until(() -> !watch.status().lost());

        assertThat(events)
            .filteredOn(event -> event.getKind() == TopologyEventKind.PRIMARY_ELECTED)
            .singleElement()
            .returns(1L, TopologyEvent::getTerm)
            .returns(anew.setId(), TopologyEvent::getSetId);
      }
    }
  }

  @Test
  void shouldRaiseNoFalseAlarmWhenOnePingIsLost() throws Exception {
    try (SimulatedReplicaSet set = SimulatedReplicaSet.start();
        FailoverWatch watch = watch(set)) {
      AtomicInteger pings = new AtomicInteger();
      watch.start();
      await().atMost(PATIENCE).until(() -> events.size() == 3);

      try (HeldCommand lost = set.faults().hold(command -> command.name().equals("ping"), 0)) {
        assertThat(lost.awaitReached(PATIENCE)).isTrue();
        set.faults()
            .watch(
                command -> {
                  if (command.name().equals("ping")) {
                    pings.incrementAndGet();
                  }
                });
        // The next ones come only after the held one was given up.
        await().atMost(PATIENCE).until(() -> pings.get() >= 2);
      }

      assertThat(watch.status().lost()).isFalse();
      assertThat(events)
          .extracting(TopologyEvent::getKind)
          .containsOnly(TopologyEventKind.ENDPOINT_UPDATED);
    }
  }

  private FailoverWatch watch(SimulatedReplicaSet set) {
    FailoverSettings settings =
        new MonitorConfig(
                Map.of(
                    "bootstrap.servers",
                    "127.0.0.1:1",
                    "schema.registry.url",
                    "http://127.0.0.1:1",
                    "failover.file.sd.directory",
                    directory.toString(),
                    "failover.webhook.url",
                    "http://127.0.0.1:" + hook.getAddress().getPort(),
                    "failover.updaters",
                    RecordingUpdater.class.getName()))
            .failover();
    Duration interval = Duration.ofMillis(200);
    return new FailoverWatch(
        "shop",
        new DriverProbe(new ConnectionString(set.connectionString()), interval, PING_TIMEOUT),
        new PrimaryTracker(settings.pingFailures(), settings.electionTimeout()),
        settings.updaters(InstantSource.system()),
        interval,
        InstantSource.system(),
        events::add,
        () -> {});
  }
}
