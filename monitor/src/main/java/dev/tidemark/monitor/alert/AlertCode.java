package dev.tidemark.monitor.alert;

import dev.tidemark.schemas.alert.AlertSeverity;

/**
 * What can be alerted about. The names are stable; {@code docs/operations-alerts.md} has a runbook
 * for each.
 */
public enum AlertCode {
  /** The newest snapshot of a cluster is old, or there is none. */
  BACKUP_TOO_OLD(
      AlertSeverity.CRITICAL,
      "tidemark.backup.age.seconds",
      "Seconds since the newest snapshot of a cluster was complete.",
      "Take a snapshot with 'tidemark snapshot', and see why the schedule did not"),
  /** The newest snapshot of a cluster differs much in size from the one before. */
  BACKUP_SIZE_CHANGED(
      AlertSeverity.WARNING,
      "tidemark.backup.size.change.ratio",
      "Change of a cluster's data between its two newest snapshots, as a share of the older one.",
      "Compare the two snapshots' collections with 'tidemark describe'; look for dropped databases"
          + " or runaway growth before older snapshots expire"),
  /** No restore of a cluster has been proved to work for long. */
  RESTORE_TEST_TOO_OLD(
      AlertSeverity.WARNING,
      "tidemark.restore.test.age.seconds",
      "Seconds since a restore of a cluster was last verified, by a drill or by a request.",
      "Restore the newest backup into a scratch target with full verification"),
  /** The newest drill of a cluster failed. */
  DRILL_FAILED(
      AlertSeverity.CRITICAL,
      "tidemark.drill.failed",
      "1 if the newest drill of a cluster failed, else 0.",
      "Correct what the drill's result names, and run the drill again"),
  /** A task of the tailer failed, and starting it again does not help. */
  CAPTURE_FAILED(
      AlertSeverity.CRITICAL,
      "tidemark.capture.failed",
      "1 if a task of the tailer failed and is not started again, else 0.",
      "Look up the code at the beginning of the failure in the list of error codes, repair what it"
          + " names, and restart the task"),
  /** What was captured of a replica set's oplog is behind. */
  OPLOG_LAG(
      AlertSeverity.CRITICAL,
      "tidemark.oplog.lag.seconds",
      "Seconds by which the capture of a replica set's oplog is behind.",
      "Look at the state of the connector's tasks and at the member that they read"),
  /** What was captured is not archived. */
  ARCHIVE_LAG(
      AlertSeverity.CRITICAL,
      "tidemark.archive.lag.seconds",
      "Seconds since the oldest captured entry of a replica set that is not archived yet.",
      "Look at the archiver's log for a set that is held, and at the object store"),
  /** What is not archived has spent half of the time that Kafka keeps it. */
  ARCHIVE_BACKLOG_EXPIRING(
      AlertSeverity.CRITICAL,
      "tidemark.archive.backlog.retention.ratio",
      "Age of the oldest captured entry of a replica set that is not archived yet, as a share of the"
          + " topic's retention; at 1 it is lost.",
      "Raise retention.ms of the topic now; then look at the archiver's log and the object store"),
  /** The capture's position will soon be gone from the source's oplog. */
  OPLOG_WINDOW_SHORT(
      AlertSeverity.WARNING,
      "tidemark.oplog.window.seconds",
      "Seconds that the capture of a replica set may stand still before entries are lost.",
      "Enlarge the oplog with replSetResizeOplog, or repair the capture before the time is over"),
  /** Entries are missing behind the newest snapshot: lost at the source, or never captured. */
  OPLOG_GAP(
      AlertSeverity.CRITICAL,
      "tidemark.oplog.gap",
      "1 if a replica set's archive has a gap behind its newest snapshot, else 0.",
      "Take a snapshot now: nothing after the gap can be restored until there is one"),
  /** The newest request for a snapshot of a cluster failed. */
  SNAPSHOT_FAILED(
      AlertSeverity.WARNING,
      "tidemark.snapshot.failed",
      "1 if the newest finished snapshot request of a cluster failed, else 0.",
      "Follow the remedy of the status, then request the snapshot again"),
  /** The newest request for a snapshot of a cluster ended with warnings. */
  SNAPSHOT_WARNED(
      AlertSeverity.WARNING,
      "tidemark.snapshot.warnings",
      "Warnings of the newest finished snapshot request of a cluster.",
      "Repair what the warnings name, such as the place of local copies; the next snapshot without"
          + " warnings resolves this"),
  /** The newest restore into a target failed. */
  RESTORE_FAILED(
      AlertSeverity.WARNING,
      "tidemark.restore.failed",
      "1 if the newest finished restore request of a target failed, else 0.",
      "Follow the remedy of the status, then request the restore again under a new id"),
  /** A replica set has no primary. */
  PRIMARY_LOST(
      AlertSeverity.CRITICAL,
      "tidemark.primary.lost",
      "1 while a replica set has no verified primary, else 0.",
      "Wait for the election; if none comes, look at the members' logs and at the network"),
  /** A replica set has elected no primary in time. */
  ELECTION_TIMED_OUT(
      AlertSeverity.CRITICAL,
      "tidemark.election.timed.out",
      "1 while a replica set's election takes longer than allowed, else 0.",
      "A majority of the members must be up and reach each other: start or reach them"),
  /** The monitor cannot see. */
  MONITOR_BLIND(
      AlertSeverity.CRITICAL,
      "tidemark.monitor.blind.seconds",
      "Seconds since the monitor last read the topics completely.",
      "Check that the brokers and the schema registry answer and that the monitor may read");

  private final AlertSeverity severity;
  private final String metric;
  private final String measures;
  private final String remedy;

  AlertCode(AlertSeverity severity, String metric, String measures, String remedy) {
    this.severity = severity;
    this.metric = metric;
    this.measures = measures;
    this.remedy = remedy;
  }

  public AlertSeverity severity() {
    return severity;
  }

  /** Name of the gauge that shows the measured value, labelled with the source. */
  public String metric() {
    return metric;
  }

  /** What the gauge shows, as a sentence. */
  public String measures() {
    return measures;
  }

  /** What to do first, without a final full stop. */
  public String remedy() {
    return remedy;
  }
}
