package dev.tidemark.archiver;

import static dev.tidemark.archiver.ArchiverRig.SET_A;
import static dev.tidemark.archiver.ArchiverRig.SET_B;
import static dev.tidemark.archiver.ArchiverRig.patiently;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.embedded.process.ChildJvm;
import dev.tidemark.embedded.s3.FaultSchedule;
import dev.tidemark.embedded.s3.S3Fault;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The archiver as a process that is killed, on a store that fails. {@code archiver.kills}, {@code
 * archiver.outage.seconds} and {@code archiver.seed} make it longer and different.
 */
class ArchiverFaultsIT {

  private static final int KILLS = Integer.getInteger("archiver.kills", 3);
  private static final Duration OUTAGE =
      Duration.ofSeconds(Integer.getInteger("archiver.outage.seconds", 6));
  private static final long SEED = Long.getLong("archiver.seed", 1);

  /** Entries whose compressed bytes are more than the spool may hold. */
  private static final int MORE_THAN_THE_SPOOL_HOLDS = 15_000;

  private static final double FAULTY_SHARE = 0.15;

  @RegisterExtension static final ArchiverRig rig = new ArchiverRig();

  @Test
  void shouldHoldEveryEntryOnceWhenItIsKilledAgainAndAgainWhileS3Fails() throws Exception {
    rig.s3().follow(FaultSchedule.seeded(SEED, FAULTY_SHARE, List.of(S3Fault.values())));
    Random random = new Random(SEED);
    TopicWriter a = rig.writer(SET_A);
    TopicWriter b = rig.writer(SET_B);
    Load load = new Load(a, b).start();
    for (int kill = 0; kill < KILLS; kill++) {
      ChildJvm archiver = rig.startProcess("killed-" + kill, settings(kill));
      int enough = rig.segments(SET_A) + 1 + random.nextInt(8);
      load.until(
          "progress of " + archiver, () -> !archiver.isAlive() || rig.segments(SET_A) >= enough);
      assertThat(archiver.isAlive()).as(archiver::lastWords).isTrue();
      archiver.kill();
    }
    load.end();

    rig.startProcess("last", settings(0));

    rig.awaitAll(a);
    rig.awaitAll(b);
    rig.assertSound();
    rig.awaitAnnounced(SET_A);
    rig.awaitAnnounced(SET_B);
    assertThat(Arrays.stream(S3Fault.values()).mapToInt(rig.s3()::injected).sum())
        .isGreaterThan(KILLS);
  }

  /**
   * Mostly as a member that the group knows again, which saves waiting for the killed one's session
   * to end; sometimes as a new one.
   */
  private static Map<String, Object> settings(int kill) {
    Map<String, Object> settings = rig.settings("archiver");
    if (kill % 5 != 4) {
      settings.put("main.consumer.group.instance.id", "archiver-0");
    }
    return settings;
  }

  @Test
  void shouldCatchUpWhenS3WasAwayAndItWasRestartedMeanwhile() throws Exception {
    Map<String, Object> settings = rig.settings("archiver");
    // Soon full, so that records pass by and are read again.
    settings.put("spool.max.bytes", 1 << 20);
    TopicWriter a = rig.writer(SET_A);
    TopicWriter b = rig.writer(SET_B);
    Load load = new Load(a, b).start();
    ChildJvm archiver = rig.startProcess("before", settings);
    load.until("segments", () -> rig.segments(SET_A) > 1);

    rig.s3().follow(FaultSchedule.AWAY);
    int stored = rig.segments(SET_A);
    a.entries(MORE_THAN_THE_SPOOL_HOLDS);
    load.last(OUTAGE.dividedBy(2));
    // Records pass by meanwhile: the stream thread does not wait for the store.
    int records = a.written().size() + b.written().size();
    patiently().until(() -> rig.offsetOf("archiver") >= records);
    assertThat(archiver.isAlive()).as(archiver::lastWords).isTrue();
    archiver.kill();
    ChildJvm next = rig.startProcess("meanwhile", settings);
    load.last(OUTAGE.dividedBy(2));
    assertThat(rig.segments(SET_A)).isLessThanOrEqualTo(stored + 4);
    assertThat(next.isAlive()).as(next::lastWords).isTrue();
    rig.s3().follow(FaultSchedule.NONE);
    load.end();

    rig.awaitAll(a);
    rig.awaitAll(b);
    rig.assertSound();
  }
}
