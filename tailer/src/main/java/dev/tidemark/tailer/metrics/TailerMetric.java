package dev.tidemark.tailer.metrics;

/** Every metric of a task, with the sentence that documents it. */
public enum TailerMetric {
  LAG_MS(
      "lag-ms",
      "Milliseconds since the wall clock of the newest entry that Kafka acknowledged, or 0 while"
          + " every majority-committed entry known is acknowledged. After ten seconds in which no"
          + " member could be asked, it counts from the newest acknowledged entry."),
  LAG_OPTIME_SECONDS(
      "lag-optime-seconds",
      "Seconds by which the newest acknowledged entry's optime is behind the newest"
          + " majority-committed optime known."),
  MAJORITY_OPTIME(
      "majority-optime",
      "The newest majority-committed optime known of the member that is read, as"
          + " seconds:increment."),
  ACKNOWLEDGED_OPTIME(
      "acknowledged-optime",
      "The optime of the newest entry that Kafka acknowledged, as seconds:increment."),
  OPLOG_HEADROOM_SECONDS(
      "oplog-headroom-seconds",
      "Seconds of oplog before the newest acknowledged entry: about how long the task may be down"
          + " before its position falls off the oplog and entries are lost. While no member can be"
          + " asked where its oplog begins, that is taken to go on with the clock."),
  ENTRIES_TOTAL("entries-total", "Number of oplog entries read since the task started."),
  ENTRIES_RATE("entries-rate", "Oplog entries read per second."),
  BYTES_TOTAL("bytes-total", "Bytes of oplog entries read since the task started."),
  BYTES_RATE("bytes-rate", "Bytes of oplog entries read per second."),
  INSERTS_TOTAL("inserts-total", "Number of insert entries read since the task started."),
  INSERTS_RATE("inserts-rate", "Insert entries read per second."),
  INSERT_BYTES_TOTAL("insert-bytes-total", "Bytes of insert entries read since the task started."),
  INSERT_BYTES_RATE("insert-bytes-rate", "Bytes of insert entries read per second."),
  UPDATES_TOTAL("updates-total", "Number of update entries read since the task started."),
  UPDATES_RATE("updates-rate", "Update entries read per second."),
  UPDATE_BYTES_TOTAL("update-bytes-total", "Bytes of update entries read since the task started."),
  UPDATE_BYTES_RATE("update-bytes-rate", "Bytes of update entries read per second."),
  DELETES_TOTAL("deletes-total", "Number of delete entries read since the task started."),
  DELETES_RATE("deletes-rate", "Delete entries read per second."),
  DELETE_BYTES_TOTAL("delete-bytes-total", "Bytes of delete entries read since the task started."),
  DELETE_BYTES_RATE("delete-bytes-rate", "Bytes of delete entries read per second."),
  COMMANDS_TOTAL(
      "commands-total",
      "Number of command entries, transactions among them, read since the task started."),
  COMMANDS_RATE("commands-rate", "Command entries, transactions among them, read per second."),
  COMMAND_BYTES_TOTAL(
      "command-bytes-total", "Bytes of command entries read since the task started."),
  COMMAND_BYTES_RATE("command-bytes-rate", "Bytes of command entries read per second."),
  NOOPS_TOTAL("noops-total", "Number of noop entries read since the task started."),
  NOOPS_RATE("noops-rate", "Noop entries read per second."),
  NOOP_BYTES_TOTAL("noop-bytes-total", "Bytes of noop entries read since the task started."),
  NOOP_BYTES_RATE("noop-bytes-rate", "Bytes of noop entries read per second."),
  OTHERS_TOTAL("others-total", "Number of entries of any other kind read since the task started."),
  OTHERS_RATE("others-rate", "Entries of any other kind read per second."),
  OTHER_BYTES_TOTAL(
      "other-bytes-total", "Bytes of entries of any other kind read since the task started."),
  OTHER_BYTES_RATE("other-bytes-rate", "Bytes of entries of any other kind read per second."),
  LARGEST_ENTRY_BYTES(
      "largest-entry-bytes", "Bytes of the largest entry read since the task started."),
  HEARTBEATS_TOTAL("heartbeats-total", "Number of heartbeats made since the task started."),
  GAPS_TOTAL(
      "gaps-total",
      "Number of times that entries were found to be lost at the source since the task started. A"
          + " task that fails over a gap takes its metrics with it: watch its state as well."),
  RECONNECTS_TOTAL(
      "reconnects-total",
      "Number of times that a cursor was opened again after a fault since the task started."),
  FAULTS_TOTAL(
      "faults-total",
      "Number of transient faults, such as lost connections and elections, since the task"
          + " started."),
  PRIMARY_CHANGES_TOTAL(
      "primary-changes-total",
      "Number of times that the election term of the entries rose since the task started."),
  MEMBER_LAG_MS(
      "member-lag-ms",
      "Milliseconds by which the majority-committed data of the member that is read is behind that"
          + " member's clock. On an idle set it rises to the interval of its periodic noops, and while"
          + " no member can be asked, with the clock."),
  QUEUE_BYTES("queue-bytes", "Bytes of entries that were read and wait for Connect."),
  QUEUE_FILL(
      "queue-fill",
      "How full the queue of entries that wait for Connect is, from 0 to 1; near 1, Kafka or the"
          + " worker is the bottleneck.");

  private final String text;
  private final String description;

  TailerMetric(String text, String description) {
    this.text = text;
    this.description = description;
  }

  /** The name of the MBean's attribute. */
  public String text() {
    return text;
  }

  /** A full sentence. */
  public String description() {
    return description;
  }
}
