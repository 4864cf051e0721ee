package dev.tidemark.restorer.sink;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.ConnectionString;
import dev.tidemark.embedded.mongo.SimulatedReplicaSet;
import dev.tidemark.restorer.lease.LeaseTerms;
import dev.tidemark.restorer.lease.MongoLeases;
import dev.tidemark.restorer.lease.TargetLease;
import dev.tidemark.restorer.mongo.Deployment;
import dev.tidemark.restorer.mongo.DeploymentAddress;
import java.io.IOException;
import java.time.Duration;
import org.apache.kafka.common.utils.Time;
import org.bson.BsonDocument;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TtlMonitorIT {

  private static final LeaseTerms TERMS = new LeaseTerms(Duration.ofSeconds(30), Duration.ZERO);

  private SimulatedReplicaSet target;
  private Deployment deployment;

  @BeforeEach
  void start() throws IOException {
    target = SimulatedReplicaSet.start();
    deployment =
        Deployment.open(
            new DeploymentAddress("target", new ConnectionString(target.connectionString())),
            "ttl-test");
  }

  @AfterEach
  void stop() {
    deployment.close();
    target.close();
  }

  @Test
  void shouldBeOffWhileARestoreRuns() {
    try (TargetLease lease = lease();
        TtlMonitor ttl = TtlMonitor.switchOff(deployment, lease)) {
      assertThat(isOn()).isFalse();
      assertThat(ttl.warning()).isEmpty();
    }
    assertThat(isOn()).isTrue();
  }

  @Test
  void shouldComeOnAgainWithWhoeverTakesTheTargetAfterALostLease() {
    TargetLease lost = lease();
    TtlMonitor left = TtlMonitor.switchOff(deployment, lost);
    lost.release(false);
    left.close();
    assertThat(isOn()).isFalse();

    try (TargetLease lease = lease();
        TtlMonitor again = TtlMonitor.switchOff(deployment, lease)) {
      assertThat(again.warning()).isEmpty();
      assertThat(isOn()).isFalse();
    }
    assertThat(isOn()).isTrue();
  }

  @Test
  void shouldStayOffAndSaySoWhereSomebodyElseHadItOff() {
    // That a restore had it off once is no reason.
    shouldBeOffWhileARestoreRuns();
    deployment.run("admin", BsonDocument.parse("{setParameter: 1, ttlMonitorEnabled: false}"));

    try (TargetLease lease = lease();
        TtlMonitor ttl = TtlMonitor.switchOff(deployment, lease)) {
      assertThat(ttl.warning()).contains("was off already");
    }
    assertThat(isOn()).isFalse();
  }

  private TargetLease lease() {
    return new MongoLeases(deployment, TERMS, Time.SYSTEM).take("worker", "r-1", () -> false);
  }

  private boolean isOn() {
    return deployment
        .run("admin", BsonDocument.parse("{getParameter: 1, ttlMonitorEnabled: 1}"))
        .getBoolean("ttlMonitorEnabled")
        .getValue();
  }
}
