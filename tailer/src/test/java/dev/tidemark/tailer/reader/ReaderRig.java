package dev.tidemark.tailer.reader;

import dev.tidemark.embedded.mongo.SimulatedReplicaSet;
import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.oplog.optime.Optime;
import dev.tidemark.tailer.config.MemberPreference;
import dev.tidemark.tailer.config.OplogSourceConfig;
import dev.tidemark.tailer.cursor.OplogOpener;
import dev.tidemark.tailer.event.AcknowledgedEntry;
import dev.tidemark.tailer.event.EventRecords;
import dev.tidemark.tailer.event.EventTarget;
import dev.tidemark.tailer.fault.Backoff;
import dev.tidemark.tailer.fault.RetryPolicy;
import dev.tidemark.tailer.member.ClientFactory;
import dev.tidemark.tailer.member.MemberFinder;
import dev.tidemark.tailer.metrics.TailerMetrics;
import dev.tidemark.tailer.position.SourceOffset;
import dev.tidemark.tailer.position.SourcePartition;
import dev.tidemark.tailer.queue.RecordQueue;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Predicate;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.source.SourceRecord;

/** Reads the oplog of a simulated set as a task does, without Kafka behind it. */
final class ReaderRig implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration HEARTBEAT = Duration.ofMillis(100);

  private final RecordQueue queue = new RecordQueue(64 << 20);
  private final List<Event> events = new ArrayList<>();
  private final MemberFinder members;
  private final TailerMetrics metrics;
  private final Thread thread;

  /** What of an event matters to its readers. */
  record Event(String kind, Optime optime, Optime previous) {
    boolean isHeartbeat() {
      return kind.equals("HEARTBEAT");
    }
  }

  /** Where and how reading begins. */
  record Beginning(
      MemberPreference preference, SourceOffset position, Optime start, boolean continuesAfterGap) {

    static Beginning at(SourceOffset position) {
      return new Beginning(MemberPreference.SECONDARY_PREFERRED, position, null, false);
    }

    static Beginning from(Optime start) {
      return new Beginning(MemberPreference.SECONDARY_PREFERRED, null, start, false);
    }

    Beginning continuing() {
      return new Beginning(preference, position, start, true);
    }

    Beginning preferring(MemberPreference other) {
      return new Beginning(other, position, start, continuesAfterGap);
    }
  }

  ReaderRig(SimulatedReplicaSet seed, Beginning beginning, Duration maxLag) {
    SourcePartition source = new SourcePartition(seed.setName(), seed.setId());
    members =
        new MemberFinder(
            clients(seed),
            beginning.preference,
            seed.setName(),
            List.of("127.0.0.1:" + seed.port()));
    metrics =
        new TailerMetrics(
            "rig",
            0,
            seed.setName(),
            new AcknowledgedEntry(beginning.position),
            queue::bytes,
            64 << 20,
            Time.SYSTEM);
    OplogReader reader =
        new OplogReader(
            seed.setName(),
            members,
            new MemberHealth(source, members, maxLag, HEARTBEAT.dividedBy(4), Time.SYSTEM),
            new OplogOpener(
                seed.setName(), beginning.start, beginning.continuesAfterGap, HEARTBEAT, members),
            new EventRecords(
                new EventTarget(source, "oplog-backup", 0),
                beginning.position,
                InstantSource.system()),
            new BatchWriter(queue, 1 << 20),
            queue,
            new RetryPolicy(
                new Backoff(Duration.ofMillis(1), Duration.ofMillis(50), new SplittableRandom(1)),
                null,
                Time.SYSTEM,
                pause -> Thread.sleep(pause.toMillis())),
            metrics);
    thread = new Thread(reader, "rig-" + seed.setName());
    thread.setDaemon(true);
    thread.start();
  }

  /** Opens clients as a task does that is told of one member. */
  static ClientFactory clients(SimulatedReplicaSet seed) {
    return new ClientFactory(
        new OplogSourceConfig(
            Map.of(
                "mongodb.uri",
                seed.connectionString(),
                "mongodb.connect.timeout.ms",
                "1000",
                "kafka.bootstrap.servers",
                "127.0.0.1:9092",
                "producer.override.max.request.size",
                "18874368")),
        0);
  }

  /** Everything but heartbeats until an event that is wanted, which is the last one. */
  List<Event> awaitEvents(Predicate<Event> wanted) throws InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (System.nanoTime() < deadline) {
      List<SourceRecord> taken = queue.take(1 << 20, 100);
      for (SourceRecord record : taken == null ? List.<SourceRecord>of() : taken) {
        Event event = event(record);
        if (!event.isHeartbeat()) {
          events.add(event);
        }
        if (wanted.test(event)) {
          return List.copyOf(events);
        }
      }
    }
    throw new AssertionError("not seen within " + PATIENCE + ", but " + events);
  }

  /** Everything until the entry at an optime. */
  List<Event> awaitEntry(Optime optime) throws InterruptedException {
    return awaitEvents(event -> event.kind.equals("ENTRY") && event.optime.equals(optime));
  }

  /** Waits until reading failed; what was read before is in {@link #events}. */
  TidemarkException awaitFailure() throws InterruptedException {
    try {
      throw new AssertionError("no failure, but " + awaitEvents(event -> false));
    } catch (TidemarkException e) {
      return e;
    }
  }

  List<Event> events() {
    return events;
  }

  private static Event event(SourceRecord record) {
    Struct value = (Struct) record.value();
    return new Event(
        value.getString("kind"),
        new Optime(value.getInt64("ts")),
        new Optime(value.getInt64("prevTs")));
  }

  @Override
  public void close() throws InterruptedException {
    thread.interrupt();
    thread.join(PATIENCE.toMillis());
    members.close();
    metrics.close();
  }
}
