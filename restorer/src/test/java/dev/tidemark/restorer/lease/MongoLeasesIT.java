package dev.tidemark.restorer.lease;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.mongodb.ConnectionString;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import dev.tidemark.embedded.mongo.SimulatedReplicaSet;
import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.restorer.RestorerError;
import dev.tidemark.restorer.mongo.Deployment;
import dev.tidemark.restorer.mongo.DeploymentAddress;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.utils.Time;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MongoLeasesIT {

  private static final LeaseTerms IMPATIENT = new LeaseTerms(Duration.ofSeconds(30), Duration.ZERO);
  private static final Duration SHORT = Duration.ofSeconds(2);

  private SimulatedReplicaSet target;
  private Deployment deployment;

  @BeforeEach
  void start() throws IOException {
    target = SimulatedReplicaSet.start();
    deployment = open();
  }

  @AfterEach
  void stop() {
    deployment.close();
    target.close();
  }

  @Test
  void shouldRefuseWhenAnotherRequestHoldsTheTarget() {
    try (TargetLease held = take(IMPATIENT, "one", "r-1")) {
      assertThatThrownBy(() -> take(IMPATIENT, "two", "r-2"))
          .isInstanceOfSatisfying(
              TidemarkException.class,
              e -> {
                assertThat(e.code()).isEqualTo(RestorerError.TARGET_BUSY);
                assertThat(e.reason()).contains("r-1", "one");
              });
      assertThat(held.remaining()).isPositive();
    }
  }

  @Test
  void shouldRaiseTheEpochAndKeepTheCheckpointWhenTheSameRequestTakesItAgain() {
    TargetLease first = take(IMPATIENT, "one", "r-1");
    first.store(new BsonDocument("done", new BsonInt32(3)));
    first.close();

    try (TargetLease second = take(IMPATIENT, "two", "r-1")) {
      assertThat(second.epoch()).isEqualTo(first.epoch() + 1);
      assertThat(second.checkpoint()).contains(new BsonDocument("done", new BsonInt32(3)));
    }
    assertThatThrownBy(first::remaining)
        .isInstanceOfSatisfying(
            TidemarkException.class,
            e -> assertThat(e.code()).isEqualTo(RestorerError.TARGET_LEASE_LOST));
  }

  @Test
  void shouldForgetTheCheckpointWhenTheRestoreIsOverOrAnotherOneBegins() {
    TargetLease first = take(IMPATIENT, "one", "r-1");
    first.store(new BsonDocument("done", new BsonInt32(3)));
    first.close();
    TargetLease other = take(IMPATIENT, "one", "r-2");
    assertThat(other.checkpoint()).isEmpty();
    other.store(new BsonDocument("done", new BsonInt32(4)));
    other.release(true);

    try (TargetLease again = take(IMPATIENT, "one", "r-2")) {
      assertThat(again.checkpoint()).isEmpty();
    }
  }

  @Test
  void shouldStayAliveLongerThanItsDurationWhenItIsRenewed() {
    LeaseTerms terms = new LeaseTerms(Duration.ofMillis(900), Duration.ZERO);
    try (TargetLease held = take(terms, "one", "r-1")) {
      long began = System.nanoTime();
      await()
          .atMost(Duration.ofSeconds(10))
          .until(
              () -> {
                assertThat(held.remaining()).isPositive();
                return System.nanoTime() - began > TimeUnit.SECONDS.toNanos(3);
              });
    }
  }

  @Test
  void shouldWriteNothingMoreWhenTheHolderWasPausedPastItsExpiry() throws Exception {
    Process holder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-cp",
                System.getProperty("java.class.path"),
                PausedHolder.class.getName(),
                target.connectionString(),
                Long.toString(SHORT.toMillis()))
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try (BufferedReader output = holder.inputReader();
        MongoClient client = MongoClients.create(target.connectionString())) {
      assertThat(output.readLine()).isEqualTo("HELD 1");
      await().until(() -> client.getDatabase("shop").getCollection("written").countDocuments() > 5);
      signal(holder, "STOP");

      LeaseTerms patient = new LeaseTerms(SHORT, Duration.ofSeconds(30));
      try (TargetLease taken = take(patient, "two", "r-1")) {
        assertThat(taken.epoch()).isEqualTo(2);
        long before = client.getDatabase("shop").getCollection("written").countDocuments();
        signal(holder, "CONT");

        assertThat(output.readLine()).isEqualTo("ENDED TARGET_LEASE_LOST");
        assertThat(client.getDatabase("shop").getCollection("written").countDocuments())
            .isLessThanOrEqualTo(before + 1);
        assertThat(taken.remaining()).isPositive();
      }
    } finally {
      holder.destroyForcibly().waitFor();
    }
  }

  private static void signal(Process process, String name) throws Exception {
    Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start();
    assertThat(kill.waitFor()).isZero();
  }

  private TargetLease take(LeaseTerms terms, String worker, String request) {
    return new MongoLeases(deployment, terms, Time.SYSTEM).take(worker, request, () -> false);
  }

  private Deployment open() {
    return Deployment.open(
        new DeploymentAddress("target", new ConnectionString(target.connectionString())),
        "lease-test");
  }
}
