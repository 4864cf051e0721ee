package dev.tidemark.monitor.failover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.mongodb.ConnectionString;
import dev.tidemark.embedded.mongo.SimulatedReplicaSet;
import dev.tidemark.embedded.mongo.SimulatorConfig;
import dev.tidemark.embedded.stack.Ports;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** By what the probe knows a set, with members that are started anew under their address. */
class DriverProbeIT {

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final int port = Ports.free("source");

  private SimulatedReplicaSet start() throws IOException {
    return SimulatedReplicaSet.start(SimulatorConfig.builder().port(port).build());
  }

  private static DriverProbe probe(SimulatedReplicaSet set) {
    return new DriverProbe(
        new ConnectionString(set.connectionString()),
        Duration.ofMillis(200),
        Duration.ofSeconds(1));
  }

  private static Primary primary(SetProbe probe, Primary known) {
    return await()
        .atMost(PATIENCE)
        .until(
            () -> probe.look(known) instanceof Sighting.Answer answer ? answer.primary() : null,
            found -> found != null);
  }

  @Test
  void shouldTellASetThatWasInitiatedAnewFromTheOneBeforeInTheSameTerm() throws IOException {
    SimulatedReplicaSet before = start();
    try (DriverProbe probe = probe(before)) {
      Primary first = primary(probe, null);
      assertThat(first.setId()).isEqualTo(before.setId());
      before.close();

      try (SimulatedReplicaSet anew = start()) {
        assertThat(primary(probe, first))
            .returns(first.term(), Primary::term)
            .returns(anew.setId(), Primary::setId);
        assertThat(probe.setId()).isEqualTo(anew.setId());
      }
    }
  }

  @Test
  void shouldKeepTheIdOfASetWhoseConfigurationCanNoLongerBeRead() throws IOException {
    try (SimulatedReplicaSet set = start();
        DriverProbe probe = probe(set)) {
      Primary first = primary(probe, null);
      set.faults().withholdRights("replSetGetConfig");
      Primary later = new Primary(first.host(), first.setId(), first.term() + 1);

      assertThat(primary(probe, later).setId()).isEqualTo(set.setId());
      assertThat(probe.setId()).isEqualTo(set.setId());
    }
  }
}
