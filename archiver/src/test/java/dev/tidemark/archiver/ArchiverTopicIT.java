package dev.tidemark.archiver;

import static dev.tidemark.archiver.ArchiverRig.SET_A;
import static dev.tidemark.archiver.ArchiverRig.SET_B;
import static dev.tidemark.archiver.ArchiverRig.metric;
import static dev.tidemark.archiver.ArchiverRig.patiently;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.embedded.s3.FaultSchedule;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What may happen to the topic and to the group that reads it. */
class ArchiverTopicIT {

  @RegisterExtension static final ArchiverRig rig = new ArchiverRig();

  @Test
  void shouldHoldEveryEntryOnceWhenThePartitionIsRewound() {
    rig.start("archiver");
    TopicWriter a = rig.writer(SET_A);
    a.start();
    a.entries(2_000);
    a.rewind(0);
    a.entries(500);
    a.rewind(1_200);
    a.entries(500);
    a.heartbeatAfter(500);

    rig.awaitAll(a);
    rig.assertSound();
  }

  @Test
  void shouldHoldEveryEntryOnceWhenASecondTailerRuns() {
    rig.start("archiver");
    Random random = new Random(5);
    TopicWriter first = rig.writer(SET_A);
    TopicWriter second = rig.writer(SET_A);
    first.start();
    int repeated = 0;
    for (int round = 0; round < 40; round++) {
      first.entries(random.nextInt(120));
      if (round == 10) {
        // It has no position of its own and begins as every tailer does.
        second.start();
      }
      if (round > 10) {
        int to = repeated + random.nextInt(first.written().size() - repeated + 1);
        second.repeat(first.written(), repeated, to);
        repeated = to;
      }
    }
    second.flush();
    first.flush();
    first.heartbeatAfter(500);

    rig.awaitAll(first);
    rig.assertSound();
  }

  @Test
  void shouldReportALossInTheTopicAtOnceAndRepairItWhenTheTailerIsRewound() throws Exception {
    Archiver before = rig.start("archiver");
    TopicWriter a = rig.writer(SET_A);
    a.start();
    a.entries(1_500);
    a.flush();
    patiently().until(() -> rig.segments(SET_A) > 1);
    before.close();
    a.entries(1_000);
    a.flush();
    TopicPartition partition = new TopicPartition(rig.topic(), 0);
    rig.admin().deleteRecords(Map.of(partition, RecordsToDelete.beforeOffset(2_000))).all().get();

    rig.start("archiver");

    patiently().until(() -> metric(SET_A, "stopped") == 1);
    int archived = rig.archived(SET_A).entries().size();
    assertThat(rig.archived(SET_A).entries()).isEqualTo(a.written().subList(0, archived));
    assertThat(archived).isLessThan(1_999);

    a.rewind(archived - 10);
    a.heartbeatAfter(500);

    rig.awaitAll(a);
    patiently().until(() -> metric(SET_A, "stopped") == 0);
    rig.assertSound();
  }

  @Test
  void shouldConvergeWithAnArchiverThatCutsDifferently() {
    Map<String, Object> other = rig.settings("archiver-2");
    other.put("segment.window.ms", 700);
    rig.start("archiver-1");
    rig.start(other);
    TopicWriter a = rig.writer(SET_A);
    a.start();
    for (int i = 0; i < 10; i++) {
      a.entries(400);
      a.flush();
    }
    a.heartbeatAfter(1_000);

    rig.awaitAll(a);
    rig.assertSound();
  }

  @Test
  void shouldHoldEveryEntryOnceWhenInstancesComeAndGoUnderLoad() {
    TopicWriter a = rig.writer(SET_A, 0);
    TopicWriter b = rig.writer(SET_B, 1);
    TopicWriter c = rig.writer("5f00000000000000000000cc", 2);
    TopicWriter d = rig.writer("5f00000000000000000000dd", 3);
    Load load = new Load(a, b, c, d).start();
    Deque<Archiver> instances = new ArrayDeque<>();
    for (int i = 0; i < 4; i++) {
      Map<String, Object> settings = rig.settings("archiver");
      settings.put("state.dir", rig.directory().resolve("instance-" + i).toString());
      instances.add(rig.start(settings));
      int enough = rig.segments(SET_A) + 2;
      load.until("progress with instance " + i, () -> rig.segments(SET_A) >= enough);
      if (i % 2 == 1) {
        instances.remove().close();
      }
    }
    load.end();

    for (TopicWriter writer : new TopicWriter[] {a, b, c, d}) {
      rig.awaitAll(writer);
      rig.awaitAnnounced(writer.setId());
    }
    rig.assertSound();
  }

  @Test
  void shouldLoseAndRepeatNothingWhenItIsStoppedInOrder() {
    Map<String, Integer> puts = new ConcurrentHashMap<>();
    FaultSchedule recording =
        request -> {
          if (request.method().equals("PUT") && request.target().contains("/oplog/")) {
            puts.merge(request.target(), 1, Integer::sum);
          }
          return Optional.empty();
        };
    rig.s3().follow(recording);
    TopicWriter a = rig.writer(SET_A);
    Load load = new Load(a).start();
    for (int i = 0; i < 3; i++) {
      Archiver archiver = rig.start("archiver");
      int enough = rig.segments(SET_A) + 2;
      load.until("progress", () -> rig.segments(SET_A) >= enough);
      archiver.close();
    }
    load.end();
    rig.start("archiver");

    rig.awaitAll(a);
    rig.assertSound();
    rig.awaitAnnounced(SET_A);
    assertThat(puts)
        .hasSize(rig.segments(SET_A))
        .allSatisfy((key, n) -> assertThat(n).isEqualTo(1));
  }
}
