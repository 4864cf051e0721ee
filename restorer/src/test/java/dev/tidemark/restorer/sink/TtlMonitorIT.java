package dev.tidemark.restorer.sink;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.ConnectionString;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.Updates;
import dev.tidemark.embedded.mongo.SimulatedReplicaSet;
import dev.tidemark.restorer.lease.LeaseTerms;
import dev.tidemark.restorer.lease.MongoLeases;
import dev.tidemark.restorer.lease.TargetLease;
import dev.tidemark.restorer.mongo.Deployment;
import dev.tidemark.restorer.mongo.DeploymentAddress;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.apache.kafka.common.utils.Time;
import org.bson.BsonDocument;
import org.bson.BsonObjectId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TtlMonitorIT {

  private static final LeaseTerms TERMS = new LeaseTerms(Duration.ofSeconds(30), Duration.ZERO);

  private static final BsonDocument NOTE = BsonDocument.parse("{_id: 'ttl-monitor'}");

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

  @Test
  void shouldNotBelieveANoteAboutAnotherRunOfTheServer() {
    try (TargetLease lost = lease()) {
      var left = TtlMonitor.switchOff(deployment, lost);
      assertThat(left.warning()).isEmpty();
    }
    var restarted = notes().updateOne(NOTE, Updates.set("process", new BsonObjectId()));
    assertThat(restarted.getMatchedCount()).isOne();

    try (TargetLease lease = lease();
        TtlMonitor ttl = TtlMonitor.switchOff(deployment, lease)) {
      assertThat(ttl.warning()).contains("was off already");
    }
    assertThat(isOn()).isFalse();
  }

  @Test
  void shouldLeaveTheNoteOfALaterHolder() {
    TtlMonitor paused = TtlMonitor.switchOff(deployment, new Paused(1));
    TtlMonitor later = TtlMonitor.switchOff(deployment, new Paused(2));
    assertThat(later.warning()).isEmpty();

    paused.close();

    assertThat(note().getBoolean("switchedOff").getValue()).isTrue();
    later.close();
    assertThat(note().getBoolean("switchedOff").getValue()).isFalse();
    assertThat(isOn()).isTrue();
  }

  /** A lease whose holder does not know what happened since it asked. */
  private record Paused(long epoch) implements TargetLease {

    @Override
    public Duration remaining() {
      return Duration.ofSeconds(1);
    }

    @Override
    public Optional<BsonDocument> checkpoint() {
      return Optional.empty();
    }

    @Override
    public void store(BsonDocument checkpoint) {
      throw new IllegalStateException("nothing is restored");
    }

    @Override
    public void release(boolean over) {
      // Nobody else wants it.
    }

    @Override
    public void close() {
      // Nothing is open.
    }
  }

  private BsonDocument note() {
    return notes().find(NOTE).first();
  }

  private MongoCollection<BsonDocument> notes() {
    return deployment
        .client()
        .getDatabase(MongoLeases.DATABASE)
        .getCollection(MongoLeases.COLLECTION, BsonDocument.class);
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
