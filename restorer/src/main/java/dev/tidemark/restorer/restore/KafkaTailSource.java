package dev.tidemark.restorer.restore;

import dev.tidemark.archive.chain.Chain;
import dev.tidemark.archive.chain.ChainPosition;
import dev.tidemark.archive.key.ReplicaSetRef;
import dev.tidemark.archive.plan.OplogTail;
import dev.tidemark.archive.plan.TailSource;
import dev.tidemark.oplog.optime.Optime;
import dev.tidemark.schemas.archive.SegmentIndexEntry;
import dev.tidemark.schemas.event.OplogEventReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.utils.Time;

/**
 * Reads the entries of a replica set that are acknowledged on Kafka and not archived yet, from
 * where the newest segment says that reading goes on.
 *
 * <p>Reads until everything up to the wanted optime is there, or to the end of the topic, where it
 * waits for a bounded time. Used by one thread.
 */
final class KafkaTailSource implements TailSource {

  private static final Duration POLL = Duration.ofMillis(200);

  private final Supplier<Consumer<byte[], byte[]>> consumers;
  private final String topic;
  private final OplogEventReader events;
  private final TailWish wish;
  private final Path directory;
  private final BooleanSupplier cancelled;
  private final Time time;

  /**
   * How much is wanted.
   *
   * @param until everything up to here
   * @param extent how far beyond that
   * @param patience how long to wait at the end of the topic for {@code until}
   */
  record TailWish(Optime until, Extent extent, Duration patience) {}

  /** How much more than what is wanted. */
  enum Extent {
    /** Nothing, and nothing at all if all of it is archived. */
    NO_MORE,
    /**
     * To the end of the topic, unless all of it is archived: what lies behind tells how
     * transactions ended.
     */
    ENDS_OF_TRANSACTIONS,
    /** To the end of the topic in any case. */
    WHOLE_TOPIC
  }

  /**
   * @param consumers make consumers without a group that read committed records
   * @param directory where the entries are put
   */
  KafkaTailSource(
      Supplier<Consumer<byte[], byte[]>> consumers,
      String topic,
      OplogEventReader events,
      TailWish wish,
      Path directory,
      BooleanSupplier cancelled,
      Time time) {
    this.consumers = consumers;
    this.topic = topic;
    this.events = events;
    this.wish = wish;
    this.directory = directory;
    this.cancelled = cancelled;
    this.time = time;
  }

  @Override
  public Optional<OplogTail> read(ReplicaSetRef set, Optional<SegmentIndexEntry> newest) {
    if (newest.isPresent()
        && wish.extent() != Extent.WHOLE_TOPIC
        && !new Optime(newest.get().getLastTs()).isBefore(wish.until())) {
      return Optional.empty();
    }
    try (Consumer<byte[], byte[]> consumer = consumers.get()) {
      List<TopicPartition> partitions = partitions(consumer, newest);
      consumer.assign(partitions);
      seek(consumer, partitions, newest);
      Chain chain =
          newest
              .map(s -> Chain.after(new ChainPosition(s.getLastTs(), s.getLastTerm())))
              .orElseGet(Chain::empty);
      try (TailSpool spool = new TailSpool(directory.resolve("tail-" + set.setId()), set, chain)) {
        read(consumer, partitions, spool);
        return spool.finish(newest).map(tail -> tail);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void read(
      Consumer<byte[], byte[]> consumer, List<TopicPartition> partitions, TailSpool spool)
      throws IOException {
    long waitUntil = time.milliseconds() + wish.patience().toMillis();
    Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
    while (!spool.ended()) {
      boolean reached = !spool.complete().isBefore(wish.until());
      boolean atEnd = atEnd(consumer, ends);
      if (reached && (wish.extent() == Extent.NO_MORE || atEnd)) {
        return;
      }
      if (atEnd && spool.isBehindGap()) {
        return;
      }
      if (atEnd) {
        if (time.milliseconds() >= waitUntil || cancelled.getAsBoolean()) {
          return;
        }
        ends = consumer.endOffsets(partitions);
      }
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
        spool.accept(record, events);
      }
    }
  }

  private List<TopicPartition> partitions(
      Consumer<byte[], byte[]> consumer, Optional<SegmentIndexEntry> newest) {
    if (newest.isPresent() && newest.get().getPartition() >= 0) {
      return List.of(new TopicPartition(topic, newest.get().getPartition()));
    }
    return consumer.partitionsFor(topic).stream()
        .map(info -> new TopicPartition(topic, info.partition()))
        .toList();
  }

  private static void seek(
      Consumer<byte[], byte[]> consumer,
      List<TopicPartition> partitions,
      Optional<SegmentIndexEntry> newest) {
    Map<TopicPartition, Long> first = consumer.beginningOffsets(partitions);
    Map<TopicPartition, Long> next = consumer.endOffsets(partitions);
    for (TopicPartition partition : partitions) {
      long from = first.get(partition);
      if (newest.isPresent() && newest.get().getPartition() == partition.partition()) {
        long wanted = newest.get().getNextOffset();
        // Beyond the end: the topic was made anew, and the chain rule passes over what is archived.
        from = wanted > next.get(partition) ? from : Math.max(from, wanted);
      }
      consumer.seek(partition, from);
    }
  }

  private static boolean atEnd(Consumer<byte[], byte[]> consumer, Map<TopicPartition, Long> ends) {
    return ends.entrySet().stream()
        .allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
  }
}
