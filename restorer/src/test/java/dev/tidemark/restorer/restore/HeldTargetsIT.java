package dev.tidemark.restorer.restore;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.ConnectionString;
import dev.tidemark.embedded.mongo.SimulatedReplicaSet;
import dev.tidemark.restorer.lease.LeaseTerms;
import dev.tidemark.restorer.mongo.Deployment;
import dev.tidemark.restorer.mongo.DeploymentAddress;
import java.io.IOException;
import java.time.Duration;
import org.apache.kafka.common.utils.Time;
import org.bson.BsonDocument;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HeldTargetsIT {

  private static final LeaseTerms TERMS = new LeaseTerms(Duration.ofSeconds(30), Duration.ZERO);

  private SimulatedReplicaSet target;
  private DeploymentAddress address;

  @BeforeEach
  void start() throws IOException {
    target = SimulatedReplicaSet.start();
    address = new DeploymentAddress("target", new ConnectionString(target.connectionString()));
  }

  @AfterEach
  void stop() {
    target.close();
  }

  @Test
  void shouldKeepTheTtlMonitorOffBetweenTwoAttempts() {
    try (HeldTargets first = held()) {
      assertThat(first.ttlWarnings(0)).isEmpty();
    }
    assertThat(isOn()).isFalse();

    try (HeldTargets next = held()) {
      assertThat(next.ttlWarnings(0)).isEmpty();
      next.over("r-1");
    }
    assertThat(isOn()).isTrue();
  }

  @Test
  void shouldSwitchTheTtlMonitorOnAgainWhenNobodyGoesOn() {
    try (HeldTargets interrupted = held()) {
      assertThat(interrupted.ttlWarnings(0)).isEmpty();
    }

    try (HeldTargets next = held()) {
      next.failed();
    }

    assertThat(isOn()).isTrue();
  }

  private HeldTargets held() {
    HeldTargets held = new HeldTargets(TERMS, Time.SYSTEM);
    held.take(address, "worker", "r-1", () -> false);
    return held;
  }

  private boolean isOn() {
    try (Deployment deployment = Deployment.open(address, "ttl-test")) {
      return deployment
          .run("admin", BsonDocument.parse("{getParameter: 1, ttlMonitorEnabled: 1}"))
          .getBoolean("ttlMonitorEnabled")
          .getValue();
    }
  }
}
