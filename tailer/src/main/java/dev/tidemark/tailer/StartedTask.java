package dev.tidemark.tailer;

import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.oplog.optime.Optime;
import dev.tidemark.tailer.config.OplogSourceConfig;
import dev.tidemark.tailer.config.TaskAssignment;
import dev.tidemark.tailer.cursor.Oplog;
import dev.tidemark.tailer.cursor.OplogOpener;
import dev.tidemark.tailer.error.TailerError;
import dev.tidemark.tailer.event.AcknowledgedEntry;
import dev.tidemark.tailer.event.EventRecords;
import dev.tidemark.tailer.event.EventTarget;
import dev.tidemark.tailer.fault.RetryPolicy;
import dev.tidemark.tailer.member.ClientFactory;
import dev.tidemark.tailer.member.Member;
import dev.tidemark.tailer.member.MemberFinder;
import dev.tidemark.tailer.metrics.TailerMetrics;
import dev.tidemark.tailer.position.SourceOffset;
import dev.tidemark.tailer.position.SourcePartition;
import dev.tidemark.tailer.queue.RecordQueue;
import dev.tidemark.tailer.reader.BatchWriter;
import dev.tidemark.tailer.reader.MemberHealth;
import dev.tidemark.tailer.reader.OplogReader;
import dev.tidemark.tailer.topic.ExistingEvents;
import dev.tidemark.tailer.topic.TopicSetup;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.storage.OffsetStorageReader;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A task that captures one replica set: complete from its construction until it is closed. */
final class StartedTask implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(StartedTask.class);
  private static final long POLL_WAIT_MILLIS = 200;
  private static final long STOP_WAIT_MILLIS = 5_000;
  private static final Duration START_PATIENCE = Duration.ofSeconds(60);
  private static final Duration SEARCH_PATIENCE = Duration.ofSeconds(60);

  private final int pollMaxBytes;
  private final MemberFinder members;
  private final RecordQueue queue;
  private final AcknowledgedEntry acknowledged;
  private final TailerMetrics metrics;
  private final Thread reader;

  private StartedTask(
      int pollMaxBytes,
      MemberFinder members,
      RecordQueue queue,
      AcknowledgedEntry acknowledged,
      TailerMetrics metrics,
      Thread reader) {
    this.pollMaxBytes = pollMaxBytes;
    this.members = members;
    this.queue = queue;
    this.acknowledged = acknowledged;
    this.metrics = metrics;
    this.reader = reader;
  }

  /**
   * Finds the set, its position and its partition, and begins to read ahead. Servers that are away
   * are waited for, but not for ever: Connect cannot stop a task that starts.
   *
   * @throws TidemarkException if the set cannot be captured as configured
   */
  static StartedTask start(
      OplogSourceConfig config, TaskAssignment assignment, OffsetStorageReader offsets)
      throws InterruptedException {
    MemberFinder members =
        new MemberFinder(
            new ClientFactory(config, assignment.uri()),
            config.memberPreference(),
            assignment.replicaSet(),
            assignment.hosts());
    try {
      return start(config, assignment, offsets, members);
    } catch (RuntimeException | InterruptedException e) {
      members.close();
      throw e;
    }
  }

  private static StartedTask start(
      OplogSourceConfig config,
      TaskAssignment assignment,
      OffsetStorageReader offsets,
      MemberFinder members)
      throws InterruptedException {
    SourcePartition source = new SourcePartition(assignment.replicaSet(), assignment.setId());
    Map<String, Object> stored = offsets.offset(source.toMap());
    SourceOffset position = stored == null ? null : SourceOffset.of(stored);
    RetryPolicy retries = RetryPolicy.of(config, startPatience(config));
    String where = "replica set " + source.replicaSet();
    int partition = retries.retried(where, () -> partition(config, source, position));
    EventTarget target = new EventTarget(source, config.topic(), partition);
    if (position == null
        && !config.startsOverExistingEvents()
        && retries.retried(
            where, () -> ExistingEvents.exist(config, target, SEARCH_PATIENCE, Time.SYSTEM))) {
      throw eventsWithoutOffset(config, target);
    }
    // Before the task counts as running: whatever is written from then on is captured.
    Optime start = position == null ? retries.retried(where, () -> start(config, members)) : null;
    log.info(
        "Replica set {} ({}) goes to {} from {}",
        source.replicaSet(),
        source.setId(),
        target,
        position == null ? start : position);

    RecordQueue queue = new RecordQueue(config.queueMaxBytes());
    AcknowledgedEntry acknowledged = new AcknowledgedEntry(position);
    TailerMetrics metrics =
        new TailerMetrics(
            config.connectorName(),
            assignment.task(),
            source.replicaSet(),
            acknowledged,
            queue::bytes,
            config.queueMaxBytes(),
            Time.SYSTEM);
    Duration heartbeat = config.heartbeatInterval();
    OplogReader reader =
        new OplogReader(
            source.replicaSet(),
            members,
            new MemberHealth(
                source, members, config.memberMaxLag(), heartbeat.dividedBy(4), Time.SYSTEM),
            new OplogOpener(
                source.replicaSet(), start, config.continuesAfterGap(), heartbeat, members),
            new EventRecords(target, position, InstantSource.system()),
            new BatchWriter(queue, config.pollMaxBytes()),
            queue,
            RetryPolicy.of(config, config.retryTimeout()),
            metrics);
    Thread thread = new Thread(reader, "tidemark-tailer-" + source.replicaSet());
    thread.setDaemon(true);
    thread.start();
    return new StartedTask(config.pollMaxBytes(), members, queue, acknowledged, metrics, thread);
  }

  private static Duration startPatience(OplogSourceConfig config) {
    Duration timeout = config.retryTimeout();
    return timeout == null || timeout.compareTo(START_PATIENCE) > 0 ? START_PATIENCE : timeout;
  }

  private static TidemarkException eventsWithoutOffset(
      OplogSourceConfig config, EventTarget target) {
    SourcePartition source = target.source();
    return new TidemarkException(
        TailerError.TAILER_OFFSET_MISSING,
        "the partition already holds events of this set, but this connector has no offset for it",
        target + ", replica set " + source.replicaSet() + " (" + source.setId() + ")",
        "Use the connector's former name again, or stop it and set the offset to the newest event"
            + " with PATCH /connectors/"
            + config.connectorName()
            + "/offsets; to begin anew behind a start marker, set on.existing.events=continue");
  }

  private static Optime start(OplogSourceConfig config, MemberFinder members) {
    try (Member member = members.find()) {
      try {
        return Oplog.start(member, config.startPosition());
      } catch (RuntimeException e) {
        members.avoid(member.address());
        throw e;
      }
    }
  }

  private static int partition(
      OplogSourceConfig config, SourcePartition source, SourceOffset position) {
    try (TopicSetup topic = new TopicSetup(config, config.connectTimeout())) {
      topic.createIfMissing();
      refuseUnsafeTopic(config, topic);
      int count = topic.partitions().orElse(0);
      int partition =
          position != null
              ? position.partition()
              : config.partitionMap().partition(source.replicaSet(), source.setId(), count);
      if (partition >= count) {
        throw new TidemarkException(
            TailerError.TAILER_PARTITION_MISSING,
            "the set is bound to partition " + partition + ", but the topic has " + count,
            config.topic() + "-" + partition + ", replica set " + source.replicaSet(),
            "Add partitions with kafka-topics --alter --partitions "
                + (partition + 1)
                + ", or correct partition.map");
      }
      return partition;
    }
  }

  /** The topic may have been changed since the configuration was validated. */
  private static void refuseUnsafeTopic(OplogSourceConfig config, TopicSetup topic) {
    List<String> problems = topic.settings().problems(config.topic());
    if (!problems.isEmpty()) {
      throw new TidemarkException(
          TailerError.TAILER_TOPIC_UNSAFE,
          "the topic's settings would lose entries",
          "topic " + config.topic(),
          String.join("; ", problems));
    }
  }

  List<SourceRecord> poll() throws InterruptedException {
    return queue.take(pollMaxBytes, POLL_WAIT_MILLIS);
  }

  void acknowledge(SourceRecord record) {
    acknowledged.acknowledge(record);
  }

  @Override
  public void close() {
    reader.interrupt();
    try {
      reader.join(STOP_WAIT_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    members.close();
    metrics.close();
  }
}
