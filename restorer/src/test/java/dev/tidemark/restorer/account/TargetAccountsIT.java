package dev.tidemark.restorer.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.mongodb.ConnectionString;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import dev.tidemark.embedded.mongo.HeldCommand;
import dev.tidemark.embedded.mongo.SimulatedReplicaSet;
import dev.tidemark.oplog.bson.BsonSlice;
import dev.tidemark.restorer.lease.LeaseTerms;
import dev.tidemark.restorer.lease.MongoLeases;
import dev.tidemark.restorer.lease.TargetLease;
import dev.tidemark.restorer.mongo.Deployment;
import dev.tidemark.restorer.mongo.DeploymentAddress;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.kafka.common.utils.Time;
import org.bson.Document;
import org.bson.RawBsonDocument;
import org.bson.codecs.DocumentCodec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TargetAccountsIT {

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private SimulatedReplicaSet server;
  private Deployment target;
  private TargetLease lease;

  @BeforeEach
  void start() throws IOException {
    server = SimulatedReplicaSet.start();
    DeploymentAddress address =
        new DeploymentAddress("target", new ConnectionString(server.connectionString()));
    target = Deployment.open(address, "accounts-test");
    lease = take();
  }

  @AfterEach
  void stop() {
    lease.close();
    target.close();
    server.close();
  }

  @Test
  void shouldLeaveTheRestoringAccountAndItsRolesAsTheyAre() {
    users().insertMany(List.of(user("restore", "now", "restorer"), user("ann", "now", "reader")));
    roles().insertOne(role("restorer", "now"));
    server.clientsAre("admin", "restore");

    MergedAccounts merged =
        merge(
            List.of(user("restore", "then", "reader"), user("ann", "then", "reader")),
            List.of(role("restorer", "then"), role("reader", "then")));

    assertThat(users().find().into(new ArrayList<>()))
        .containsExactlyInAnyOrder(
            user("restore", "now", "restorer"), user("ann", "then", "reader"));
    assertThat(roles().find().into(new ArrayList<>()))
        .containsExactlyInAnyOrder(role("restorer", "now"), role("reader", "then"));
    assertThat(merged.users()).isEqualTo(1);
    assertThat(merged.roles()).isEqualTo(1);
    assertThat(merged.warnings())
        .containsExactly(
            "Left as they are on the target, because the restore acts by them: user admin.restore,"
                + " role admin.restorer");
  }

  @Test
  void shouldDropWhatInterruptedAttemptsLeft() {
    users().insertOne(user("ann", "now", "read"));
    MongoDatabase admin = target.client().getDatabase("admin");
    admin.getCollection("tidemark-tempusers-0").insertOne(user("left", "behind", "read"));
    admin.getCollection("tidemark-temproles-0").insertOne(role("left", "behind"));
    admin.getCollection("tempusers").insertOne(user("of", "mongorestore", "read"));
    admin.getCollection("tidemark-tempusers-9").insertOne(user("of", "a later holder", "read"));

    merge(List.of(user("ann", "then", "read")), List.of());
    merge(List.of(user("ann", "then", "read")), List.of());

    assertThat(users().find().into(new ArrayList<>())).containsExactly(user("ann", "then", "read"));
    assertThat(temporaries()).containsExactlyInAnyOrder("tempusers", "tidemark-tempusers-9");
  }

  @Test
  void shouldMergeWhatIsGivenAlthoughAnEarlierHolderDropsItsOwnLate() throws Exception {
    users().insertMany(List.of(user("ann", "now", "read"), user("bob", "now", "read")));
    List<Document> wanted = List.of(user("ann", "then", "read"));
    ExecutorService workers = Executors.newFixedThreadPool(2);
    // The first two come before anything is inserted.
    try (HeldCommand lateDrop = hold("drop", 2);
        HeldCommand merge = hold("_mergeAuthzCollections", 1)) {
      Future<MergedAccounts> paused = workers.submit(() -> merge(lease, wanted, List.of()));
      assertThat(lateDrop.awaitReached(PATIENCE)).isTrue();
      lease.close();
      try (TargetLease next = take()) {
        users().replaceOne(new Document("_id", "admin.ann"), user("ann", "other", "read"));
        Future<MergedAccounts> successor = workers.submit(() -> merge(next, wanted, List.of()));
        assertThat(merge.awaitReached(PATIENCE)).isTrue();
        lateDrop.close();
        assertThatThrownBy(paused::get).hasMessageContaining("TARGET_LEASE_LOST");
        merge.close();

        assertThat(successor.get().users()).isEqualTo(1);
      }
    } finally {
      workers.shutdownNow();
    }

    assertThat(users().find().into(new ArrayList<>()))
        .containsExactlyInAnyOrder(user("ann", "then", "read"), user("bob", "now", "read"));
    assertThat(temporaries()).isEmpty();
  }

  @Test
  void shouldSayWhatTheAccountMayNotDoWithoutShowingCredentials() {
    server.faults().withholdRights("_mergeAuthzCollections");

    assertThatThrownBy(() -> merge(List.of(user("ann", "secret", "read")), List.of()))
        .hasMessageContaining("TARGET_NOT_AUTHORIZED")
        .hasMessageContaining("merge users and roles")
        .message()
        .doesNotContain("secret");

    assertThat(temporaries()).isEmpty();
  }

  private HeldCommand hold(String name, int passed) {
    return server.faults().hold(command -> command.name().equals(name), passed);
  }

  private TargetLease take() {
    return new MongoLeases(
            target, new LeaseTerms(Duration.ofSeconds(30), Duration.ZERO), Time.SYSTEM)
        .take("worker", "r-1", () -> false);
  }

  /** Collections of admin that are not the server's own. */
  private List<String> temporaries() {
    return target
        .client()
        .getDatabase("admin")
        .listCollectionNames()
        .into(new ArrayList<>())
        .stream()
        .filter(name -> !name.startsWith("system."))
        .toList();
  }

  private MergedAccounts merge(List<Document> users, List<Document> roles) {
    return merge(lease, users, roles);
  }

  private MergedAccounts merge(TargetLease held, List<Document> users, List<Document> roles) {
    List<Account> accounts = new ArrayList<>();
    users.forEach(user -> accounts.add(Account.of(AccountKind.USER, slice(user))));
    roles.forEach(role -> accounts.add(Account.of(AccountKind.ROLE, slice(role))));
    return new TargetAccounts(target, held).merge(Accounts.of(accounts));
  }

  private MongoCollection<Document> users() {
    return target.client().getDatabase("admin").getCollection("system.users");
  }

  private MongoCollection<Document> roles() {
    return target.client().getDatabase("admin").getCollection("system.roles");
  }

  private static Document user(String name, String key, String role) {
    return new Document("_id", "admin." + name)
        .append("user", name)
        .append("db", "admin")
        .append("credentials", new Document("SCRAM-SHA-256", new Document("storedKey", key)))
        .append("roles", List.of(new Document("role", role).append("db", "admin")));
  }

  private static Document role(String name, String comment) {
    return new Document("_id", "admin." + name)
        .append("role", name)
        .append("db", "admin")
        .append("privileges", List.of(new Document("comment", comment)))
        .append("roles", List.of());
  }

  private static BsonSlice slice(Document document) {
    RawBsonDocument raw = new RawBsonDocument(document, new DocumentCodec());
    byte[] bytes = new byte[raw.getByteBuffer().remaining()];
    raw.getByteBuffer().get(bytes);
    return BsonSlice.of(bytes);
  }
}
