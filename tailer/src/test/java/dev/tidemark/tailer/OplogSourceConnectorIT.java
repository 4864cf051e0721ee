package dev.tidemark.tailer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.embedded.mongo.SimulatedRouter;
import dev.tidemark.embedded.mongo.SimulatorConfig;
import dev.tidemark.embedded.mongo.rights.CommandsSeen;
import dev.tidemark.embedded.mongo.rights.RolesPage;
import dev.tidemark.embedded.mongo.wire.CommandFailure;
import dev.tidemark.embedded.stack.Ports;
import dev.tidemark.oplog.optime.Optime;
import dev.tidemark.schemas.event.OplogEventView;
import dev.tidemark.tailer.config.PartitionMap;
import dev.tidemark.tailer.stack.CaptureStack;
import dev.tidemark.tailer.stack.Chains;
import dev.tidemark.tailer.stack.Connector;
import dev.tidemark.tailer.stack.EventLog;
import dev.tidemark.tailer.stack.Source;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.bson.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OplogSourceConnectorIT {

  @TempDir private Path directory;

  private final String topic = CaptureStack.unique("oplog-backup");
  private final Source source = new Source();
  private final Connector connector =
      new Connector(
          CaptureStack.rest(), CaptureStack.config(source.set().connectionString(), topic));

  @AfterEach
  void close() {
    connector.close();
    source.close();
  }

  @Test
  void shouldPublishEveryEntryOnceAndInOrderWithTheDocumentedRole() throws IOException {
    CommandsSeen commands = new CommandsSeen().on(source.set().faults());
    source.insert(0, 500);
    connector.with("start.position", "earliest").start();
    source.insert(500, 1_000);
    source.collection("orders").updateOne(new Document("_id", 7), Document.parse("{$set:{a:1}}"));
    source.collection("orders").deleteOne(new Document("_id", 8));
    try (EventLog log = new EventLog(topic, 0)) {
      log.awaitComplete(source.set().newestOptime());

      assertThat(log.entries()).extracting(OplogEventView::entry).isEqualTo(source.oplog());
      assertThat(log.markers()).containsExactly("START");
      assertThat(log.events().get(0).kind()).isEqualTo("START");
      assertThat(log.events().get(0).ts()).isEqualTo(log.entries().get(0).ts());
      Chains.assertUnbroken(log.entries());
      assertThat(log.entries()).allMatch(e -> e.setId().equals(source.set().setId()));
      assertThat(log.entries()).extracting(OplogEventView::op).contains("n", "c", "i", "u", "d");
      assertThat(log.keys()).contains("", "shop.$cmd", "shop.orders");
    }
    assertThat(commands.names("tidemark-tailer"::equals)).contains("find", "getMore");
    assertThat(
            commands.lacking(
                RolesPage.read(Path.of("..", "docs", "mongodb-roles.md")),
                List.of("tidemarkTailer"),
                "tidemark-tailer"::equals))
        .isEmpty();
  }

  @Test
  void shouldCaptureEverythingWrittenSinceItRunsAndResumeBehindTheLastEntry() {
    connector.start();
    source.insert(0, 200);
    try (EventLog log = new EventLog(topic, 0)) {
      log.awaitComplete(source.set().newestOptime());
      connector.delete();
      source.insert(200, 400);
      connector.start();
      log.awaitComplete(source.set().newestOptime());

      List<OplogEventView> entries = log.entries();
      List<ByteBuffer> oplog = source.oplog();
      assertThat(entries)
          .extracting(OplogEventView::entry)
          .isEqualTo(oplog.subList(oplog.size() - entries.size(), oplog.size()));
      assertThat(entries).filteredOn(e -> e.op().equals("i")).hasSize(400);
      assertThat(log.markers()).containsExactly("START");
      Chains.assertUnbroken(entries);
    }
  }

  @Test
  void shouldStartThoughTheSetIsInAnElection() {
    AtomicInteger questions = new AtomicInteger();
    source
        .set()
        .faults()
        .watch(
            command -> {
              // The first one is the validation's, the others look for the start position.
              if (command.is("find") && command.collection().equals("transactions")) {
                int number = questions.getAndIncrement();
                if (number == 1 || number == 2) {
                  throw new CommandFailure(189, "PrimarySteppedDown", "an election");
                }
              }
            });
    connector.start();
    source.insert(0, 10);
    try (EventLog log = new EventLog(topic, 0)) {
      log.awaitComplete(source.set().newestOptime());

      assertThat(log.entries()).filteredOn(e -> e.op().equals("i")).hasSize(10);
      assertThat(questions).hasValue(4);
    }
  }

  @Test
  void shouldGoOnAfterFaultsWithoutLosingOrRepeatingEntries() {
    connector.start();
    try (EventLog log = new EventLog(topic, 0)) {
      source.insert(0, 100);
      source.set().faults().killCursors();
      source.insert(100, 200);
      source.set().faults().dropConnections();
      source.insert(200, 300);
      source.set().faults().stepDown();
      source.set().faults().stepUp();
      source.insert(300, 400);
      log.awaitComplete(source.set().newestOptime());

      assertThat(log.entries()).filteredOn(e -> e.op().equals("i")).hasSize(400);
      assertThat(log.markers()).containsExactly("START");
      Chains.assertUnbroken(log.entries());
      assertThat(log.entries()).extracting(OplogEventView::term).contains(1L, 2L).isSorted();
    }
  }

  @Test
  void shouldFailAtOnceWithACodeWhenAPrivilegeIsTakenAway() {
    connector.start();
    try (EventLog log = new EventLog(topic, 0)) {
      source.insert(0, 10);
      log.awaitComplete(source.set().newestOptime());
    }
    source.set().faults().withholdRights("getMore", "find");

    assertThat(connector.awaitFailure())
        .contains("TAILER_NOT_AUTHORIZED", "grantRolesToUser", "member 127.0.0.1");
  }

  @Test
  void shouldNameACodeThatMayPassWhenItGaveUp() {
    connector.with("retry.timeout.ms", "1000").start();
    source.close();

    // What restarts failed tasks decides by this code.
    assertThat(connector.awaitFailure()).contains("TAILER_RETRIES_EXHAUSTED");
  }

  @Test
  void shouldNotPublishOrDeclareCompleteWhatTheMajorityHasNot() {
    connector.start();
    try (EventLog log = new EventLog(topic, 0)) {
      source.insert(0, 10);
      log.awaitComplete(source.set().newestOptime());
      source.set().faults().holdMajority();
      source.insert(10, 20);
      long held = source.set().newestOptime();
      long committed = source.set().majorityOptime();
      int seen = log.events().size();
      // Two more heartbeats: the connector has looked since the writes.
      log.await(e -> log.events().size() >= seen + 2);

      assertThat(log.entries()).filteredOn(e -> e.op().equals("i")).hasSize(10);
      assertThat(log.events())
          .allMatch(e -> Long.compareUnsigned(e.ts(), committed) <= 0)
          .noneMatch(e -> e.ts() == held);

      source.set().faults().releaseMajority();
      log.awaitComplete(held);
      assertThat(log.entries()).filteredOn(e -> e.op().equals("i")).hasSize(20);
      Chains.assertUnbroken(log.entries());
    }
  }

  @Test
  void shouldFailBehindAGapMarkerWhenTheOplogRolledOver() {
    gap();
    connector.create();
    String failure = connector.awaitFailure();

    assertThat(failure).contains("TAILER_OPLOG_GAP", "on.gap=continue");
    try (EventLog log = new EventLog(topic, 0)) {
      OplogEventView gap = log.await(e -> e.kind().equals("GAP"));
      List<OplogEventView> entries = log.entries();
      assertThat(gap.prevTs()).isEqualTo(entries.get(entries.size() - 1).ts());
      assertThat(failure)
          .contains(new Optime(gap.prevTs()).toString(), new Optime(gap.ts()).toString());
      assertThat(log.entries()).filteredOn(e -> e.op().equals("i")).hasSize(10);

      connector.with("on.gap", "continue").create();
      log.awaitComplete(source.set().newestOptime());
      assertThat(log.markers()).containsExactly("START", "GAP", "GAP");
      OplogEventView next = log.await(e -> e.isEntry() && e.ts() == gap.ts());
      assertThat(next.prevTs()).isZero();
      // Readers take the second marker for the first once more.
      assertThat(log.events().get(log.events().indexOf(next) - 1))
          .returns(gap.ts(), OplogEventView::ts)
          .returns(gap.prevTs(), OplogEventView::prevTs);
    }
  }

  @Test
  void shouldContinueBehindAGapMarkerWhenToldSo() {
    gap();
    connector.with("on.gap", "continue").start();
    source.insert(30, 40);
    try (EventLog log = new EventLog(topic, 0)) {
      log.awaitComplete(source.set().newestOptime());

      assertThat(log.markers()).containsExactly("START", "GAP");
      OplogEventView gap = log.await(e -> e.kind().equals("GAP"));
      OplogEventView next = log.await(e -> e.isEntry() && e.ts() == gap.ts());
      assertThat(next.prevTs()).isZero();
      assertThat(log.events().indexOf(next)).isEqualTo(log.events().indexOf(gap) + 1);
      Chains.assertUnbroken(
          log.entries().subList(log.entries().indexOf(next), log.entries().size()));
    }
  }

  /** Captures ten inserts, stops, and lets the oplog roll over ten more. */
  private void gap() {
    connector.start();
    source.insert(0, 10);
    try (EventLog log = new EventLog(topic, 0)) {
      log.awaitComplete(source.set().newestOptime());
    }
    connector.delete();
    source.insert(10, 20);
    long rolled = source.set().newestOptime();
    source.insert(20, 30);
    source.set().faults().rollOver(rolled);
  }

  @Test
  void shouldFailWhenTheSourceHoldsAnotherHistory() throws IOException {
    byte[] common = Chains.entry(100, 1, "{_id: 1}");
    byte[] captured = Chains.entry(101, 1, "{_id: 2}");
    byte[] rewritten = Chains.entry(101, 1, "{_id: 3}");
    Path first = Files.write(directory.resolve("oplog.bson"), common);
    try (Source before = new Source(history(first))) {
      before.set().appendOplog(common);
      before.set().appendOplog(captured);
      connector
          .with("mongodb.uri", before.set().connectionString())
          .with("start.position", "earliest")
          .start();
      try (EventLog log = new EventLog(topic, 0)) {
        log.awaitComplete(before.set().newestOptime());
      }
      connector.delete();
    }
    try (Source after = new Source(history(first))) {
      after.set().appendOplog(common);
      after.set().appendOplog(rewritten);
      connector.with("mongodb.uri", after.set().connectionString()).create();

      assertThat(connector.awaitFailure())
          .contains("TAILER_OPLOG_DIVERGED", "101:1", "take a new snapshot");
    }
  }

  private static SimulatorConfig history(Path oplog) throws IOException {
    return SimulatorConfig.builder().serving(oplog).build();
  }

  @Test
  void shouldNotBeginAnewWhereEventsOfTheSetAreWithoutAnOffset() {
    connector.start();
    source.insert(0, 10);
    try (EventLog log = new EventLog(topic, 0)) {
      log.awaitComplete(source.set().newestOptime());
    }
    connector.delete();
    try (Connector other =
        new Connector(
            CaptureStack.rest(), CaptureStack.config(source.set().connectionString(), topic))) {
      other.create();
      assertThat(other.awaitFailure()).contains("TAILER_OFFSET_MISSING", "on.existing.events");
      other.delete();
      other.with("on.existing.events", "continue").start();
      source.insert(10, 20);
      try (EventLog log = new EventLog(topic, 0)) {
        log.awaitComplete(source.set().newestOptime());
        assertThat(log.markers()).containsExactly("START", "START");
      }
    }
  }

  @Test
  void shouldLetAnOperatorReadAndSetThePosition() {
    connector.start();
    source.insert(0, 10);
    Optime middle = new Optime(source.set().newestOptime());
    source.insert(10, 20);
    try (EventLog log = new EventLog(topic, 0)) {
      log.awaitComplete(source.set().newestOptime());
      connector.stop();
      assertThat(connector.offset().toString())
          .contains(source.set().setId(), new Optime(source.set().newestOptime()).toString());

      assertThat(connector.alterOffsets(change("17")).toString()).contains("1705654321:7");
      assertThat(connector.alterOffsets(change(middle.toString())).toString())
          .contains("successfully");
      int before = log.entries().size();
      connector.resume();
      log.await(e -> log.entries().size() >= before + 10);

      assertThat(log.entries().get(before).prevTs()).isEqualTo(middle.value());
    }
  }

  @Test
  void shouldCaptureSeveralSetsEachInItsPartition() {
    try (Source second = new Source(SimulatorConfig.builder().setName("rs1").build());
        EventLog log = new EventLog(topic, 0);
        EventLog secondLog = new EventLog(topic, 2)) {
      connector
          .with(
              "mongodb.uri",
              source.set().connectionString() + " " + second.set().connectionString())
          .with("partition.map", "rs0:0,rs1:2")
          .with("tasks.max", "5")
          .start(2);
      source.insert(0, 50);
      second.insert(0, 60);
      log.awaitComplete(source.set().newestOptime());
      secondLog.awaitComplete(second.set().newestOptime());

      assertThat(log.entries()).filteredOn(e -> e.op().equals("i")).hasSize(50);
      assertThat(secondLog.entries()).filteredOn(e -> e.op().equals("i")).hasSize(60);
      assertThat(secondLog.events()).allMatch(e -> e.setId().equals(second.set().setId()));
    }
  }

  @Test
  void shouldFindTheSetsBehindMongosAndTakeUpAShardThatIsAdded() throws IOException {
    try (Source config = new Source(SimulatorConfig.builder().setName("cfg").build());
        Source second = new Source(SimulatorConfig.builder().setName("rs1").build());
        SimulatedRouter mongos = SimulatedRouter.start(config.set(), source.set());
        EventLog log = new EventLog(topic, 0);
        EventLog configLog = new EventLog(topic, 1);
        EventLog secondLog = new EventLog(topic, hashed("rs1", second.set().setId()))) {
      connector
          .with("mongodb.uri", mongos.connectionString())
          .with("partition.map", "rs0:0,cfg:1")
          .with("shards.discovery.interval.ms", "1000")
          .with("tasks.max", "2")
          .start(2);
      source.insert(0, 20);
      log.awaitComplete(source.set().newestOptime());
      configLog.awaitComplete(config.set().newestOptime());

      second.insert(0, 30);
      mongos.add(second.set());
      assertThat(connector.awaitFailure()).contains("TAILER_CONFIG_INVALID", "tasks.max", "rs1");
      connector.with("tasks.max", "3").create();
      // Its partition may be another set's as well.
      secondLog.await(
          e ->
              e.isHeartbeat()
                  && e.setId().equals(second.set().setId())
                  && Long.compareUnsigned(e.ts(), second.set().newestOptime()) >= 0);
      source.insert(20, 40);
      log.awaitComplete(source.set().newestOptime());

      List<OplogEventView> entries = of(source, log);
      assertThat(entries).filteredOn(e -> e.op().equals("i")).hasSize(40);
      Chains.assertUnbroken(entries);
      assertThat(of(second, secondLog)).filteredOn(e -> e.op().equals("i")).hasSize(30);
      assertThat(of(config, configLog)).isNotEmpty();
    }
  }

  /** Where a set goes that partition.map does not name. */
  private static int hashed(String replicaSet, String setId) {
    return new PartitionMap(Map.of()).partition(replicaSet, setId, 3);
  }

  private static List<OplogEventView> of(Source source, EventLog log) {
    return log.entries().stream().filter(e -> e.setId().equals(source.set().setId())).toList();
  }

  @Test
  void shouldLeaveASecondaryThatFallsBehindForAFresherMember() throws IOException {
    String[] hosts = {"127.0.0.1:" + Ports.free("primary"), "127.0.0.1:" + Ports.free("secondary")};
    Path first = Files.write(directory.resolve("oplog.bson"), Chains.entry(100, 1, "{_id: 0}"));
    try (Source primary = new Source(member(first, hosts[0], hosts[1]));
        Source secondary = new Source(member(first, hosts[1], hosts[0]));
        EventLog log = new EventLog(topic, 0)) {
      secondary.set().faults().stepDown();
      CommandsSeen reads = new CommandsSeen().on(secondary.set().faults());
      append(0, 10, primary, secondary);
      connector
          .with("mongodb.uri", "mongodb://" + hosts[0] + "/?replicaSet=rs0")
          .with("member.preference", "secondaryPreferred")
          .with("member.max.lag.ms", "60000")
          .with("start.position", "earliest")
          .start();
      log.awaitComplete(primary.set().newestOptime());
      assertThat(reads.names("tidemark-tailer"::equals)).contains("getMore");

      secondary.set().faults().holdMajority();
      append(10, 30, primary, secondary);
      log.awaitComplete(primary.set().newestOptime());

      assertThat(log.entries()).extracting(OplogEventView::entry).isEqualTo(primary.oplog());
      assertThat(log.markers()).containsExactly("START");
      Chains.assertUnbroken(log.entries());
    }
  }

  private static SimulatorConfig member(Path oplog, String host, String peer) throws IOException {
    int port = Integer.parseInt(host.substring(host.indexOf(':') + 1));
    return SimulatorConfig.builder().port(port).peers(peer).serving(oplog).build();
  }

  /** Entries ten seconds apart, on every member as replication brings them there. */
  private static void append(int from, int to, Source... members) {
    for (int i = from; i < to; i++) {
      byte[] entry = Chains.entry(100 + 10 * i, 1, "{_id: " + i + "}");
      for (Source member : members) {
        member.set().appendOplog(entry);
      }
    }
  }

  @Test
  void shouldCaptureAnEntryAsLargeAsAServerWritesThem() {
    connector.start();
    byte[] noise = new byte[15 << 20];
    new SplittableRandom(1).nextBytes(noise);
    source.collection("large").insertOne(new Document("_id", 1).append("noise", noise));
    source.insert(0, 10);
    try (EventLog log = new EventLog(topic, 0)) {
      log.awaitComplete(source.set().newestOptime());

      assertThat(log.entries()).anyMatch(e -> e.entry().remaining() > noise.length);
      assertThat(log.entries()).filteredOn(e -> e.op().equals("i")).hasSize(11);
      Chains.assertUnbroken(log.entries());
    }
  }

  private String change(String optime) {
    return "{\"offsets\": [{\"partition\": {\"setId\": \""
        + source.set().setId()
        + "\"}, \"offset\": {\"optime\": \""
        + optime
        + "\", \"term\": 1, \"partition\": 0}}]}";
  }
}
