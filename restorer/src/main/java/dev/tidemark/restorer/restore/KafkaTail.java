package dev.tidemark.restorer.restore;

import dev.tidemark.archive.chain.Chain;
import dev.tidemark.archive.chain.ChainPosition;
import dev.tidemark.archive.chain.Verdict;
import dev.tidemark.archive.dump.DocumentWriter;
import dev.tidemark.archive.key.ReplicaSetRef;
import dev.tidemark.oplog.bson.BsonSlice;
import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.oplog.optime.Optime;
import dev.tidemark.restorer.RestorerError;
import dev.tidemark.schemas.event.EncodedEvent;
import dev.tidemark.schemas.event.EventKinds;
import dev.tidemark.schemas.event.OplogEventReader;
import dev.tidemark.schemas.event.OplogEventView;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.utils.Time;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the entries of a replica set that are acknowledged on Kafka and not archived yet, by the
 * chain rule, into a file. Used by one thread, once.
 */
final class KafkaTail {

  private static final Logger LOG = LoggerFactory.getLogger(KafkaTail.class);
  private static final Duration POLL = Duration.ofMillis(200);

  private final Consumer<byte[], byte[]> consumer;
  private final String topic;
  private final OplogEventReader events;
  private final ReplicaSetRef set;
  private final Time time;

  /**
   * @param consumer without a group, read committed
   */
  KafkaTail(
      Consumer<byte[], byte[]> consumer,
      String topic,
      OplogEventReader events,
      ReplicaSetRef set,
      Time time) {
    this.consumer = consumer;
    this.topic = topic;
    this.events = events;
    this.set = set;
    this.time = time;
  }

  /**
   * Where the archive ends.
   *
   * @param last the last archived entry
   * @param partition of the topic that the set's events are in
   * @param nextOffset where reading goes on
   */
  record ArchiveEnd(ChainPosition last, int partition, long nextOffset) {}

  /**
   * What there was to read.
   *
   * @param file the entries, one after another
   * @param entries how many
   * @param bytes of all entries
   * @param last the last entry in chain, or the archive's last one if there was none
   * @param complete no entry up to here is missing: {@code last}, or a later heartbeat
   * @param newestWall of the entries, milliseconds since the epoch
   */
  record Tail(
      Path file,
      long entries,
      long bytes,
      ChainPosition last,
      Optime complete,
      OptionalLong newestWall) {}

  /**
   * Reads until everything up to an optime is there, or to the end of the topic.
   *
   * @param end where the archive ends; empty if it holds nothing of the set
   * @param until the optime that is wanted
   * @param patience how long to wait for it at the end of the topic
   * @param wholeTopic whether to read to the end of the topic even beyond {@code until}
   */
  Tail read(
      Optional<ArchiveEnd> end,
      Optime until,
      Duration patience,
      boolean wholeTopic,
      Path file,
      BooleanSupplier cancelled)
      throws IOException {
    List<TopicPartition> partitions = partitions(end);
    consumer.assign(partitions);
    seek(partitions, end);
    Chain chain = end.map(archived -> Chain.after(archived.last())).orElseGet(Chain::empty);
    try (Spool spool = new Spool(file)) {
      Optime complete = chain.last().optime();
      long waitUntil = time.milliseconds() + patience.toMillis();
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      boolean gap = false;
      while (true) {
        boolean reached = !complete.isBefore(until);
        boolean atEnd = atEnd(ends);
        // What follows a gap does not continue what came before it.
        if (gap || (reached && (!wholeTopic || atEnd))) {
          break;
        }
        if (atEnd) {
          if (time.milliseconds() >= waitUntil || cancelled.getAsBoolean()) {
            break;
          }
          ends = consumer.endOffsets(partitions);
        }
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
          OplogEventView event = read(record);
          if (event == null || !event.setId().equals(set.setId())) {
            continue;
          }
          Verdict verdict = chain.next(event);
          if (verdict == Verdict.NEXT && event.isEntry()) {
            spool.add(event);
            complete = later(complete, new Optime(event.ts()));
          } else if (verdict == Verdict.HEARTBEAT) {
            complete = later(complete, new Optime(event.ts()));
          } else if (verdict == Verdict.DIVERGENCE) {
            throw diverged(record, event);
          } else if (verdict == Verdict.NEXT && event.kind().equals(EventKinds.GAP)) {
            LOG.warn("{}: a gap in {} at offset {}", set, topic, record.offset());
            gap = true;
            break;
          }
        }
      }
      return new Tail(
          file, spool.entries, spool.bytes, spool.last(chain, end), complete, spool.newestWall());
    }
  }

  private List<TopicPartition> partitions(Optional<ArchiveEnd> end) {
    if (end.isPresent() && end.get().partition() >= 0) {
      return List.of(new TopicPartition(topic, end.get().partition()));
    }
    return consumer.partitionsFor(topic).stream()
        .map(info -> new TopicPartition(topic, info.partition()))
        .toList();
  }

  private void seek(List<TopicPartition> partitions, Optional<ArchiveEnd> end) {
    Map<TopicPartition, Long> first = consumer.beginningOffsets(partitions);
    Map<TopicPartition, Long> next = consumer.endOffsets(partitions);
    for (TopicPartition partition : partitions) {
      long from = first.get(partition);
      if (end.isPresent() && partition.partition() == end.get().partition()) {
        long wanted = end.get().nextOffset();
        // Beyond the end: the topic was made anew, and the chain rule passes over what is archived.
        from = wanted > next.get(partition) ? from : Math.max(from, wanted);
      }
      consumer.seek(partition, from);
    }
  }

  private boolean atEnd(Map<TopicPartition, Long> ends) {
    return ends.entrySet().stream()
        .allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
  }

  private OplogEventView read(ConsumerRecord<byte[], byte[]> record) {
    try {
      EncodedEvent event = events.read(record.value());
      return event.view();
    } catch (SerializationException e) {
      // If it was one of this set's, the chain rule finds it missing.
      LOG.warn(
          "Passing over the record at {}-{} offset {}: {}",
          topic,
          record.partition(),
          record.offset(),
          e.getMessage());
      return null;
    }
  }

  private TidemarkException diverged(ConsumerRecord<byte[], byte[]> record, OplogEventView event) {
    return new TidemarkException(
        RestorerError.RESTORE_NOT_POSSIBLE,
        "The topic holds another history of the set than the archive from "
            + new Optime(event.ts())
            + " on",
        set + ", " + topic + "-" + record.partition() + " offset " + record.offset(),
        "Restore to an optime before that, or take a new snapshot");
  }

  private static Optime later(Optime one, Optime other) {
    return one.isBefore(other) ? other : one;
  }

  /** The entries on their way into the file. */
  private static final class Spool implements AutoCloseable {
    private final DocumentWriter out;
    private long entries;
    private long bytes;
    private long newestWall = OplogEventView.NO_WALL;
    private ChainPosition last;

    Spool(Path file) throws IOException {
      out = new DocumentWriter(Files.newOutputStream(file));
    }

    void add(OplogEventView event) throws IOException {
      ByteBuffer entry = event.entry();
      byte[] raw = new byte[entry.remaining()];
      entry.duplicate().get(raw);
      out.write(BsonSlice.of(raw));
      entries++;
      bytes += raw.length;
      newestWall = Math.max(newestWall, event.wall());
      last = new ChainPosition(event.ts(), event.term());
    }

    ChainPosition last(Chain chain, Optional<ArchiveEnd> end) {
      if (last != null) {
        return last;
      }
      return end.map(ArchiveEnd::last).orElse(chain.last());
    }

    OptionalLong newestWall() {
      return newestWall == OplogEventView.NO_WALL
          ? OptionalLong.empty()
          : OptionalLong.of(newestWall);
    }

    @Override
    public void close() throws IOException {
      out.close();
    }
  }
}
