package dev.tidemark.monitor;

import dev.tidemark.monitor.alert.AlertCode;
import dev.tidemark.monitor.condition.ArchiveLag;
import dev.tidemark.monitor.condition.BackupAge;
import dev.tidemark.monitor.condition.BackupSize;
import dev.tidemark.monitor.condition.Condition;
import dev.tidemark.monitor.condition.DrillOutcome;
import dev.tidemark.monitor.condition.FailedJobs;
import dev.tidemark.monitor.condition.OplogGap;
import dev.tidemark.monitor.condition.OplogLag;
import dev.tidemark.monitor.condition.RestoreTestAge;
import dev.tidemark.monitor.condition.WarnedJobs;
import dev.tidemark.monitor.observation.Backups;
import dev.tidemark.monitor.observation.FinishedJobs;
import dev.tidemark.monitor.observation.OplogProgress;
import dev.tidemark.monitor.observation.RestoreTests;
import dev.tidemark.monitor.topic.TopicReader;
import dev.tidemark.monitor.topic.Topics;
import java.time.Duration;
import java.util.List;

/** Everything that is known from the topics, and the conditions on it. Not thread-safe. */
record Observations(
    Backups backups,
    RestoreTests tests,
    FinishedJobs snapshots,
    FinishedJobs restores,
    OplogProgress progress) {

  static Observations none(Duration heartbeatTolerance) {
    return new Observations(
        new Backups(),
        new RestoreTests(),
        new FinishedJobs(),
        new FinishedJobs(),
        new OplogProgress(heartbeatTolerance));
  }

  void readFrom(TopicReader reader, Topics topics, MonitorConfig config) {
    topics.observe(reader, config.topics(), backups, tests, snapshots, restores, progress);
  }

  List<Condition> conditions(MonitorConfig config) {
    Duration maxSilence = config.interval().multipliedBy(3);
    return List.of(
        new BackupAge(backups, config.clusters().keySet(), config.alerts().maxBackupAge()),
        new BackupSize(backups, config.alerts().maxBackupChange()),
        new RestoreTestAge(backups, tests, config.alerts().maxRestoreTestAge()),
        new DrillOutcome(tests),
        new OplogLag(progress, backups, config.alerts().maxOplogLag(), maxSilence),
        new ArchiveLag(progress, config.alerts().maxArchiveLag(), maxSilence),
        new OplogGap(progress, backups),
        new FailedJobs(AlertCode.SNAPSHOT_FAILED, snapshots, config.alerts().failureMemory()),
        new WarnedJobs(AlertCode.SNAPSHOT_WARNED, snapshots),
        new FailedJobs(AlertCode.RESTORE_FAILED, restores, config.alerts().failureMemory()));
  }
}
