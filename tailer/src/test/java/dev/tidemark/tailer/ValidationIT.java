package dev.tidemark.tailer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.embedded.mongo.SimulatorConfig;
import dev.tidemark.oplog.optime.Optime;
import dev.tidemark.tailer.stack.CaptureStack;
import dev.tidemark.tailer.stack.Connector;
import dev.tidemark.tailer.stack.Source;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Bad configurations, tried as a new user would: through Connect's REST interface. */
class ValidationIT {

  private final String topic = CaptureStack.unique("oplog-backup");
  private final Source source = new Source();
  private final Connector connector =
      new Connector(
          CaptureStack.rest(), CaptureStack.config(source.set().connectionString(), topic));

  @AfterEach
  void close() {
    source.close();
  }

  @Test
  void shouldAcceptARightConfiguration() {
    assertThat(connector.with("name", "oplog").validate()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "mongodb.uri|localhost:27017|mongodb://mongo-1:27017",
        "mongodb.uri|mongodb://127.0.0.1:1/?serverSelectionTimeoutMS=300|refuses connections",
        "kafka.bootstrap.servers|127.0.0.1:1|right value is broker-1:9092",
        "kafka.bootstrap.servers|no..host:9092|none of the hosts is known",
        "kafka.security.protocol|TLS|right value is PLAINTEXT",
        "kafka.ssl.truststore.location|/nowhere|right value is /etc/tidemark",
        "topic.replication.factor|3|right value is -1",
        "start.position|yesterday|1705654321:7",
        "start.position|9:1|is not in the oplog of rs0",
        "partition.map|rs0:3|right value is rs0:2",
        "partition.map|rs7:0|right value is rs0:0",
        "on.gap|skip|fail",
        "tasks.max|0|tasks.max",
        "errors.tolerance|all|right value is none",
        "transforms|drop|leave the key out",
        "producer.override.max.request.size|1048576|18874368",
        "producer.override.acks|1|right value is all",
        "member.preference|secondary|secondaryPreferred",
        "mongodb.tls.truststore.location|/nowhere|right value is /etc/tidemark",
        "mongodb.tls.keystore.location|/nowhere|right value is /etc/tidemark",
        "mongodb.uri|mongodb://u:p@ss:w@h|percent-encoded",
        "mongodb.connect.timeout.ms|soon|right value is",
        "mongodb.socket.timeout.ms|-1|right value is",
        "member.max.lag.ms|never|right value is",
        "member.max.lag.ms|0|right value is",
        "shards.include.config|maybe|right value is",
        "shards.discovery.interval.ms|x|right value is",
        "on.existing.events|overwrite|right value is fail",
        "oplog.window.min.ms|long|right value is",
        "topic|a b|oplog-backup",
        "partition.map|rs0=1|rs0:0,rs1:1",
        "kafka.bootstrap.servers|broker|broker-1:9092",
        "producer.override.enable.idempotence|false|right value is true",
        "topic.partitions|none|right value is",
        "topic.partitions|0|right value is",
        "topic.replication.factor|many|right value is",
        "topic.retention.ms|day|right value is",
        "queue.max.bytes|1|right value is 67108864",
        "poll.max.bytes|4 MiB|right value is 16777216",
        "poll.max.bytes|134217728|right value is 16777216",
        "heartbeat.interval.ms|0|right value is 1000",
        "retry.backoff.min.ms|x|right value is",
        "retry.backoff.max.ms|0|right value is",
        "retry.timeout.ms|-2|right value is -1"
      })
  void shouldNameKeyProblemAndARightValue(String key, String value, String expected) {
    Map<String, String> problems =
        connector
            .with("name", "oplog")
            .with("mongodb.connect.timeout.ms", "500")
            .with("transforms.drop.type", "org.apache.kafka.connect.transforms.DropHeaders")
            .with("transforms.drop.headers", "any")
            .with(key, value)
            .validate();

    assertThat(problems).containsKey(key);
    assertThat(problems.get(key)).contains(expected);
  }

  @Test
  void shouldRefuseATopicThatWouldLoseEntries() throws ExecutionException, InterruptedException {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", CaptureStack.bootstrapServers()))) {
      admin
          .createTopics(
              List.of(
                  new NewTopic(topic, 3, (short) 1)
                      .configs(
                          Map.of("cleanup.policy", "compact", "max.message.bytes", "1048588"))))
          .all()
          .get();
    }

    assertThat(connector.with("name", "oplog").validate().get("topic"))
        .contains("cleanup.policy=delete", "max.message.bytes=18874368");
  }

  @Test
  void shouldRefuseASetNameThatTheMembersDoNotHave() {
    String uri = source.set().connectionString().replace("rs0", "rs9");

    assertThat(
            connector
                .with("name", "oplog")
                .with("mongodb.connect.timeout.ms", "500")
                .with("mongodb.uri", uri)
                .validate()
                .get("mongodb.uri"))
        .contains("replicaSet");
  }

  @Test
  void shouldWantATaskForEachSet() {
    try (Source second = new Source(SimulatorConfig.builder().setName("rs1").build())) {
      connector
          .with("name", "oplog")
          .with(
              "mongodb.uri",
              source.set().connectionString() + " " + second.set().connectionString());

      assertThat(connector.validate().get("tasks.max")).contains("a right value is 2");
      assertThat(connector.with("tasks.max", "2").validate()).isEmpty();
    }
  }

  @Test
  void shouldRefuseTheSameSetTwiceAndGuessWhy() {
    String uri = source.set().connectionString();

    Map<String, String> problems =
        connector
            .with("name", "oplog")
            .with("tasks.max", "2")
            .with("mongodb.uri", uri + " " + uri.replace("127.0.0.1", "localhost"))
            .validate();

    assertThat(problems).containsOnlyKeys("mongodb.uri");
    assertThat(problems.get("mongodb.uri")).contains("same replica set rs0", "a comma");
  }

  @Test
  void shouldBlameThePasswordWhenTheServerRefusesIt() {
    source.set().faults().refuseLogins();

    Map<String, String> problems =
        connector
            .with("name", "oplog")
            .with("mongodb.username", "tidemark")
            .with("mongodb.password", "wrong")
            .validate();

    assertThat(problems.get("mongodb.password"))
        .contains("refuses the user", "authSource", "right value is ${file:")
        .doesNotContain("wrong");
  }

  @Test
  void shouldAcceptAStartThatIsInTheOplog() {
    connector
        .with("name", "oplog")
        .with("start.position", new Optime(source.set().newestOptime()).toString());

    assertThat(connector.validate()).isEmpty();
  }
}
