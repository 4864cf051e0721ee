package dev.tidemark.archiver;

import static dev.tidemark.archiver.ArchiverRig.SET_A;
import static dev.tidemark.archiver.ArchiverRig.SET_B;
import static dev.tidemark.archiver.ArchiverRig.patiently;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemark.embedded.s3.FaultSchedule;
import dev.tidemark.embedded.s3.S3Fault;
import dev.tidemark.oplog.error.TidemarkException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The whole archiver on a real broker, registry and store; what counts is what the store holds. */
class ArchiverIT {

  @RegisterExtension static final ArchiverRig rig = new ArchiverRig();

  @Test
  void shouldArchiveEveryEntryOfTwoSetsInOnePartitionOnce() throws Exception {
    rig.start("archiver");
    TopicWriter a = rig.writer(SET_A);
    TopicWriter b = rig.writer(SET_B);
    a.start();
    a.entries(1200);
    b.start();
    for (int i = 0; i < 20; i++) {
      a.entries(60);
      b.entries(50);
    }
    a.heartbeatAfter(500);
    b.heartbeatAfter(500);

    rig.awaitAll(a);
    rig.awaitAll(b);
    assertThat(rig.archived(SET_A).segments()).hasSizeGreaterThan(3);
  }

  @Test
  void shouldGoOnFromWhatTheArchiveHoldsThoughTheGroupWasRewound() throws Exception {
    Archiver first = rig.start("archiver");
    TopicWriter a = rig.writer(SET_A);
    a.start();
    a.entries(1300);
    a.flush();
    patiently().until(() -> !rig.archived(SET_A).segments().isEmpty());
    first.close();
    // Where the group stands makes no difference: the archive says where to go on.
    rig.admin()
        .alterConsumerGroupOffsets(
            rig.topic() + "-archiver",
            Map.of(new TopicPartition(rig.topic(), 0), new OffsetAndMetadata(0)))
        .all()
        .get();

    a.entries(700);
    a.flush();
    rig.start("archiver");
    a.entries(700);
    a.heartbeatAfter(500);

    rig.awaitAll(a);
  }

  @Test
  void shouldRebuildWhatWasNeverArchivedThoughTheGroupHasReadIt() throws Exception {
    TopicWriter a = rig.writer(SET_A);
    a.start();
    a.entries(900);
    a.flush();
    rig.admin()
        .alterConsumerGroupOffsets(
            rig.topic() + "-archiver",
            Map.of(new TopicPartition(rig.topic(), 0), new OffsetAndMetadata(850)))
        .all()
        .get();

    rig.start("archiver");
    a.entries(100);
    a.heartbeatAfter(500);

    rig.awaitAll(a);
  }

  @Test
  void shouldConvergeWithASecondArchiver() throws Exception {
    rig.start("archiver-1");
    rig.start("archiver-2");
    TopicWriter a = rig.writer(SET_A);
    a.start();
    for (int i = 0; i < 10; i++) {
      a.entries(400);
      a.flush();
    }
    a.heartbeatAfter(500);

    rig.awaitAll(a);
  }

  @Test
  void shouldStopAtALossAndGoOnOnceTheTailerIsRewound() throws Exception {
    rig.start("archiver");
    TopicWriter a = rig.writer(SET_A);
    TopicWriter b = rig.writer(SET_B);
    a.start();
    b.start();
    a.entries(300);
    a.lose();
    a.entries(400);
    a.heartbeatAfter(500);
    b.entries(300);
    b.heartbeatAfter(500);
    rig.awaitAll(b);

    assertThat(rig.archived(SET_A).entries())
        .isEqualTo(a.written().subList(0, rig.archived(SET_A).entries().size()));
    assertThat(rig.archived(SET_A).entries()).hasSizeLessThanOrEqualTo(300);

    a.rewind(290);
    a.heartbeatAfter(1000);
    rig.awaitAll(a);
  }

  @Test
  void shouldPassOverARecordThatIsNoEvent() throws Exception {
    rig.start("archiver");
    TopicWriter a = rig.writer(SET_A);
    a.start();
    a.entries(100);
    a.unreadable();
    a.entries(100);
    a.heartbeatAfter(500);

    rig.awaitAll(a);
  }

  @Test
  void shouldShowInAGroupOfItsOwnWhatIsDurable() throws Exception {
    rig.start("archiver");
    TopicWriter a = rig.writer(SET_A);
    a.start();
    a.entries(100);
    a.heartbeatAfter(500);
    a.flush();
    rig.awaitAll(a);

    patiently().until(() -> rig.offsetOf("archiver-durable") == 102);

    a.entries(5);
    a.flush();
    // The open segment holds it back: five entries are read and not archived.
    patiently().until(() -> rig.offsetOf("archiver") == 107);
    assertThat(rig.offsetOf("archiver-durable")).isEqualTo(102);
  }

  @Test
  void shouldWaitForTheStoreAtItsStartAndArchiveEncrypted() throws Exception {
    rig.encrypt();
    TopicWriter a = rig.writer(SET_A);
    a.start();
    a.entries(300);
    a.heartbeatAfter(500);
    a.flush();
    rig.s3().follow(FaultSchedule.AWAY);
    int before = rig.s3().injected(S3Fault.RESET);
    try (Archiver archiver = new Archiver(new ArchiverConfig(rig.settings("archiver")))) {
      CompletableFuture<Void> start = CompletableFuture.runAsync(archiver::start);
      patiently().until(() -> rig.s3().injected(S3Fault.RESET) > before);
      assertThat(start).isNotDone();

      rig.s3().follow(FaultSchedule.NONE);

      start.get();
      rig.awaitAll(a);
      rig.assertSound();
    }
  }

  @Test
  void shouldRefuseACompactedTopic() throws Exception {
    rig.admin()
        .createTopics(
            List.of(
                new NewTopic(rig.topic() + "-compacted", 1, (short) 1)
                    .configs(Map.of("cleanup.policy", "compact"))))
        .all()
        .get();
    Map<String, Object> settings = rig.settings("archiver");
    settings.put("topics.oplog-backup", rig.topic() + "-compacted");
    try (Archiver archiver = new Archiver(new ArchiverConfig(settings))) {
      assertThatThrownBy(archiver::start)
          .isInstanceOf(TidemarkException.class)
          .hasMessageContaining("ARCHIVER_TOPIC_UNUSABLE")
          .hasMessageContaining("cleanup.policy=delete");
    }
  }
}
