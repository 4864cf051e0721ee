package dev.tidemark.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import dev.tidemark.cli.console.Console;
import dev.tidemark.cli.demo.stack.Capture;
import dev.tidemark.cli.demo.stack.Closer;
import dev.tidemark.cli.demo.stack.DemoStack;
import dev.tidemark.cli.demo.stack.WorkDirectory;
import dev.tidemark.cli.demo.truth.SourceClock;
import dev.tidemark.embedded.mongo.SimulatedReplicaSet;
import dev.tidemark.embedded.mongo.SimulatorConfig;
import dev.tidemark.oplog.optime.Optime;
import dev.tidemark.schemas.event.OplogEventView;
import dev.tidemark.schemas.request.SnapshotRequest;
import dev.tidemark.schemas.status.JobState;
import dev.tidemark.schemas.status.RestorableRange;
import dev.tidemark.schemas.status.RestoreStatus;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.bson.Document;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a request gets that cannot be carried out; the requests are typed as JSON. */
class WrongRequestsIT {

  @TempDir private static Path directory;
  private static final Closer CLOSER = new Closer();
  private static Pipeline pipeline;
  private static SimulatedReplicaSet target;
  private static Optime newest;

  @BeforeAll
  static void backUpASource() {
    Clock clock = Clock.systemUTC();
    StringWriter said = new StringWriter();
    Console console =
        new Console(new PrintWriter(said), new PrintWriter(said), false, false, clock);
    WorkDirectory work = CLOSER.add(WorkDirectory.at(directory.resolve("work")));
    DemoStack stack = DemoStack.start(work, Map.of(), CLOSER, console);
    String source =
        DemoStack.simulator(SimulatorConfig.builder().build(), CLOSER).connectionString();
    target = DemoStack.simulator(SimulatorConfig.builder().setName("other").build(), CLOSER);
    pipeline =
        Pipeline.start(
            stack,
            work,
            Map.of("clusters.demo.uri", source, "targets.other.uri", target.connectionString()),
            OplogEventView::wall,
            CLOSER,
            clock);
    Capture.start(stack, source, "latest");
    pipeline.capture().awaitBegin(DemoTimes.SOON);
    try (MongoClient client = MongoClients.create(source)) {
      client.getDatabase("shop").getCollection("orders").insertOne(new Document("_id", 1));
      pipeline
          .snapshots()
          .post(
              "demo", SnapshotRequest.newBuilder().setRequestId("base").setCluster("demo").build());
      pipeline.snapshots().await("base", DemoTimes.JOB, job -> {});
      client.getDatabase("shop").getCollection("orders").insertOne(new Document("_id", 2));
      newest = new SourceClock(client).majority();
    }
    pipeline.capture().await(newest, DemoTimes.SOON);
    pipeline.segments().await(newest, DemoTimes.SOON);
  }

  @AfterAll
  static void close() {
    CLOSER.close();
  }

  @Test
  void shouldNameTheKnownTargetsWhenTheAliasIsUnknown() throws Exception {
    RestoreStatus status =
        ask(
            "a",
            "{\"requestId\":\"a\",\"cluster\":\"demo\",\"target\":\"nowhere\",\"to\":\"latest\"}");
    assertThat(status.getFailure().getCode()).isEqualTo("REQUEST_UNKNOWN_TARGET");
    assertThat(status.getFailure().getRemedy()).contains("other");
  }

  @Test
  void shouldNameTheFieldWhenTheRequestIsMalformed() throws Exception {
    RestoreStatus status =
        ask("b", "{\"requestId\":\"b\",\"cluster\":\"demo\",\"target\":\"other\",\"to\":7}");
    assertThat(status.getFailure().getCode()).isEqualTo("REQUEST_MALFORMED");
    assertThat(status.getFailure().getReason()).contains("to");
  }

  @Test
  void shouldTellTheRestorableRangeWhenTheTimeIsBeforeTheFirstSnapshot() throws Exception {
    assertOutOfRange(request("c", "1000:1"));
  }

  @Test
  void shouldTellTheRestorableRangeWhenTheTimeIsAfterTheNewestEntry() throws Exception {
    assertOutOfRange(request("d", Optime.of(newest.seconds() + 3_600, 1).toString()));
  }

  private static void assertOutOfRange(RestoreStatus status) {
    assertThat(status.getFailure().getReason()).isNotBlank();
    assertThat(status.getFailure().getRemedy()).isNotBlank();
    assertThat(status.getRestorable()).hasSize(1);
    RestorableRange range = status.getRestorable().get(0);
    assertThat(new Optime(range.getFromTs())).isLessThanOrEqualTo(newest);
    assertThat(new Optime(range.getToTs())).isGreaterThanOrEqualTo(newest);
    try (MongoClient client = MongoClients.create(target.connectionString())) {
      assertThat(client.listDatabaseNames()).doesNotContain("shop");
    }
  }

  private static RestoreStatus request(String id, String to) throws Exception {
    return ask(
        id,
        "{\"requestId\":\"%s\",\"cluster\":\"demo\",\"target\":\"other\",\"to\":\"%s\"}"
            .formatted(id, to));
  }

  private static RestoreStatus ask(String id, String json) throws Exception {
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            pipeline.stack().kafkaClient(), new ByteArraySerializer(), new ByteArraySerializer())) {
      producer
          .send(
              new ProducerRecord<>(
                  pipeline.stack().topics().restoreRequests(),
                  json.getBytes(StandardCharsets.UTF_8)))
          .get();
    }
    RestoreStatus status = pipeline.restores().awaitOver(id, DemoTimes.JOB, job -> {});
    assertThat(status.getState()).isEqualTo(JobState.FAILED);
    return status;
  }
}
