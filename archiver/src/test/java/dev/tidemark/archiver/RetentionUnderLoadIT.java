package dev.tidemark.archiver;

import static dev.tidemark.archiver.ArchiverRig.SET_A;
import static dev.tidemark.archiver.ArchiverRig.patiently;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.archive.index.ArchiveIndex;
import dev.tidemark.archive.key.OptimeHour;
import dev.tidemark.archive.key.ReplicaSetRef;
import dev.tidemark.archive.plan.PlanCheck;
import dev.tidemark.archive.plan.PlanRequest;
import dev.tidemark.archive.plan.Planner;
import dev.tidemark.archive.plan.RestoreTarget;
import dev.tidemark.archive.plan.TailSource;
import dev.tidemark.archive.retention.RetentionPolicy;
import dev.tidemark.archive.snapshot.SnapshotCatalogue;
import dev.tidemark.archive.snapshot.SnapshotManifest;
import dev.tidemark.archive.snapshot.SnapshotSetManifest;
import dev.tidemark.archive.store.ObjectInfo;
import dev.tidemark.archive.store.ObjectStore;
import dev.tidemark.archiver.retention.RetentionRun;
import dev.tidemark.oplog.optime.Optime;
import dev.tidemark.schemas.archive.SnapshotKind;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Retention and compaction, really run, beside an archiver that goes on storing. */
class RetentionUnderLoadIT {

  @RegisterExtension static final ArchiverRig rig = new ArchiverRig();

  private static final ReplicaSetRef SET = new ReplicaSetRef("rs0", SET_A);
  private static final int HOURS = 5;
  private static final int WINDOW_HOURS = 2;

  /** No grace: what is buried by one run is deleted by the next. */
  private static final RetentionPolicy POLICY =
      new RetentionPolicy(
          Duration.ofHours(WINDOW_HOURS), Duration.ZERO, Duration.ZERO, Duration.ofDays(7));

  @Test
  void shouldDeleteWhatIsOldAndNothingThatTheWindowNeeds() {
    rig.start("archiver");
    TopicWriter a = rig.writer(SET_A);
    a.start();
    try (ObjectStore store = rig.archive();
        ObjectStore files = rig.files()) {
      ArchiveIndex index = new ArchiveIndex(files, rig.keys());
      RetentionRun retention =
          new RetentionRun(
              new ArchiveIndex(store, rig.keys()),
              POLICY,
              true,
              rig.directory(),
              InstantSource.system());
      Optime firstEnd = null;
      for (int hour = 0; hour < HOURS; hour++) {
        long before = rig.newest(SET_A);
        a.entries(1_199);
        a.flush();
        patiently().until(() -> rig.newest(SET_A) != before);
        Optime end = new Optime(rig.newest(SET_A));
        snapshot(store, "hour-" + hour, end);
        firstEnd = firstEnd == null ? end : firstEnd;
        a.passTime(3_600);
        a.entries(1);
        a.flush();
        retention.run();
        assertWindowRestorable(index, a, firstEnd);
      }
      a.heartbeatAfter(1_000);
      rig.awaitNewest(a);
      retention.run();
      retention.run();

      assertWindowRestorable(index, a, firstEnd);
      rig.assertSound();
      assertThat(snapshots(store)).doesNotContain("hour-0", "hour-1").contains("hour-4");
      OptimeHour first = OptimeHour.of(Optime.of(ArchiverRig.SECOND, 1));
      try (Stream<ObjectInfo> left = store.list(rig.keys().hourPrefix(SET, first))) {
        assertThat(left).isEmpty();
      }
    }
  }

  private static void snapshot(ObjectStore store, String id, Optime end) {
    new SnapshotCatalogue(store, rig.keys())
        .complete(
            new SnapshotManifest(
                id,
                "shop",
                SnapshotKind.FULL,
                Instant.EPOCH,
                Instant.EPOCH,
                List.of(
                    new SnapshotSetManifest(
                        SET, "", "", "", end, end, end, List.of(), Optional.empty()))));
  }

  private static List<String> snapshots(ObjectStore store) {
    return new SnapshotCatalogue(store, rig.keys())
        .list().stream().map(SnapshotCatalogue.Listed::snapshotId).toList();
  }

  /** Some moments of each hour of the window, and the newest. */
  private static void assertWindowRestorable(ArchiveIndex index, TopicWriter a, Optime firstEnd) {
    Optime newest = new Optime(rig.newest(SET_A));
    Optime start = Optime.of(newest.seconds() - WINDOW_HOURS * 3_600L, 0);
    Planner planner = new Planner(index, TailSource.NONE);
    List<TopicWriter.Written> written = a.written();
    for (int i = 0; i < written.size(); i += 500) {
      Optime moment = new Optime(written.get(i).ts());
      if (!moment.isBefore(start) && !moment.isBefore(firstEnd) && !newest.isBefore(moment)) {
        planner.plan(request(moment, PlanCheck.HEADERS));
      }
    }
    planner.plan(request(newest, PlanCheck.CONTENT));
  }

  private static PlanRequest request(Optime moment, PlanCheck check) {
    return new PlanRequest(new RestoreTarget.At(moment), Optional.empty(), check);
  }
}
