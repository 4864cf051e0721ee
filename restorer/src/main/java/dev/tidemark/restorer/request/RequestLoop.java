package dev.tidemark.restorer.request;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tidemark.restorer.RestorerError;
import dev.tidemark.schemas.registry.SchemaRegistryException;
import dev.tidemark.schemas.status.Failure;
import dev.tidemark.schemas.status.JobState;
import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.utils.Time;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes requests off a topic, one at a time, and carries each out exactly once over all workers of
 * the group.
 *
 * <p>A request's offset is committed when it is over, so that the group's lag is the number of
 * requests outstanding. While one is carried out the partitions are paused and polled, so that the
 * worker keeps its place in the group however long it takes.
 *
 * @param <R> the request
 * @param <S> its status
 */
public final class RequestLoop<R extends SpecificRecord, S extends SpecificRecord>
    implements Runnable, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(RequestLoop.class);
  private static final Duration POLL = Duration.ofMillis(100);
  private static final Duration JOB_END = Duration.ofSeconds(30);
  private static final long REGISTRY_PAUSE_MS = 500;

  private final JobKind<R, S> kind;
  private final RequestTopics<R, S> topics;
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final StatusBoard<S> board;
  private final TopicReader cancels;
  private final Deserializer<R> requests;
  private final String worker;
  private final Duration maxAge;
  private final Time time;
  private final Set<String> cancelledIds = ConcurrentHashMap.newKeySet();

  private volatile boolean closed;
  private RunningJob<R, S> job;
  private Thread jobThread;
  private ConsumerRecord<byte[], byte[]> jobRecord;

  /**
   * @param maxAge a request older than this about which nothing is known is refused
   */
  public RequestLoop(
      JobKind<R, S> kind, RequestTopics<R, S> topics, String worker, Duration maxAge, Time time) {
    this.kind = kind;
    this.topics = topics;
    this.worker = worker;
    this.maxAge = maxAge;
    this.time = time;
    this.requests = topics.requests();
    this.consumer = topics.groupConsumer();
    this.board = topics.board();
    this.cancels =
        new TopicReader(topics.readerConsumer(), topics.requestTopic(), this::noteCancel);
  }

  @Override
  public void run() {
    try {
      consumer.subscribe(List.of(topics.requestTopic()), new PauseNewPartitions());
      while (!closed) {
        cancels.readAvailable();
        if (job != null) {
          watchJob();
        }
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
          take(record);
        }
      }
    } catch (WakeupException e) {
      LOG.debug("Woken up to end");
    } finally {
      endJob();
      consumer.close();
      cancels.close();
      board.close();
    }
  }

  private void noteCancel(ConsumerRecord<byte[], byte[]> record) {
    decode(record)
        .filter(kind::isCancel)
        .ifPresent(
            request -> {
              cancelledIds.add(kind.id(request));
            });
  }

  private void watchJob() {
    if (cancelledIds.contains(job.id())) {
      job.cancel();
    }
    if (!jobThread.isAlive()) {
      boolean over = !job.leftToOthers();
      job = null;
      jobThread = null;
      consumer.resume(consumer.assignment());
      if (over) {
        commit(jobRecord);
      } else {
        readAgain(jobRecord);
      }
    }
  }

  /** The request is not over: if it is still this worker's, it is looked at once more. */
  private void readAgain(ConsumerRecord<byte[], byte[]> record) {
    TopicPartition partition = new TopicPartition(record.topic(), record.partition());
    if (consumer.assignment().contains(partition)) {
      consumer.seek(partition, record.offset());
    }
  }

  /** Called with one record at a time: the consumer polls no more than one. */
  private void take(ConsumerRecord<byte[], byte[]> record) {
    R request;
    try {
      request = requests.deserialize(record.topic(), record.value());
      if (request == null || kind.id(request).isBlank()) {
        throw new SerializationException("the request has no requestId");
      }
    } catch (SchemaRegistryException e) {
      if (!e.isRetriable()) {
        reject(record, e);
        return;
      }
      // The request may be all right: it waits until the registry can tell.
      LOG.warn("The request at {} waits for the registry", placeOf(record), e);
      readAgain(record);
      time.sleep(REGISTRY_PAUSE_MS);
      return;
    } catch (SerializationException e) {
      reject(record, e);
      return;
    }
    String id = kind.id(request);
    Optional<S> known = board.latest(id);
    if (kind.isCancel(request)) {
      cancel(record, request, known);
      return;
    }
    String sha = RequestSha256.of(kind.normalised(request));
    if (known.isPresent()) {
      answerKnown(record, request, sha, known.get());
    } else if (tooOld(record, request)) {
      reject(
          record,
          Optional.of(id),
          RestorerError.REQUEST_TOO_OLD,
          "The request is older than "
              + maxAge.toMinutes()
              + " minutes and nothing is known about it: it may have been carried out before",
          "Send it again with a new id if it is still wanted");
    } else {
      S status = kind.accepted(request, sha, worker, time.milliseconds());
      board.publish(id, status);
      begin(record, request, status, false);
    }
  }

  private void answerKnown(ConsumerRecord<byte[], byte[]> record, R request, String sha, S known) {
    String id = kind.id(request);
    if (!kind.requestSha256(known).equals(sha)) {
      reject(
          record,
          Optional.of(id),
          RestorerError.REQUEST_ID_REUSED,
          "The id " + id + " was used before for a different request",
          "Send the request with an id of its own");
    } else if (isFinal(kind.state(known))) {
      LOG.info("Request {} was carried out before: {}", id, kind.state(known));
      board.publish(id, known);
      commit(record);
    } else {
      begin(record, request, known, true);
    }
  }

  private void cancel(ConsumerRecord<byte[], byte[]> record, R request, Optional<S> known) {
    String id = kind.id(request);
    if (known.isEmpty()) {
      S status =
          kind.accepted(
              request, RequestSha256.of(kind.normalised(request)), worker, time.milliseconds());
      board.publish(id, kind.mark(status, JobState.CANCELLED, null, worker, time.milliseconds()));
    } else {
      LOG.info("Cancel of request {}, which is {}", id, kind.state(known.get()));
    }
    commit(record);
  }

  private void begin(ConsumerRecord<byte[], byte[]> record, R request, S status, boolean resumed) {
    job = new RunningJob<>(kind, request, status, resumed, board, worker, time);
    if (cancelledIds.contains(job.id())) {
      job.cancel();
    }
    jobRecord = record;
    jobThread = new Thread(job, "job-" + job.id());
    consumer.pause(consumer.assignment());
    jobThread.start();
  }

  private void reject(ConsumerRecord<byte[], byte[]> record, SerializationException e) {
    reject(
        record,
        idOf(record),
        RestorerError.REQUEST_MALFORMED,
        "The request cannot be read: " + e.getMessage(),
        "Send it again with the field corrected");
  }

  private void reject(
      ConsumerRecord<byte[], byte[]> record,
      Optional<String> wantedId,
      RestorerError code,
      String reason,
      String remedy) {
    String place = placeOf(record);
    // Never over the status of another request.
    String id =
        wantedId
            .filter(wanted -> board.latest(wanted).isEmpty())
            .orElseGet(
                () ->
                    wantedId.orElse("malformed")
                        + "@"
                        + record.partition()
                        + "-"
                        + record.offset());
    LOG.warn("Refusing the request at {}: {}: {}", place, code, reason);
    Failure failure = new Failure(code.name(), reason, place, remedy);
    long now = time.milliseconds();
    board.publish(
        id, kind.mark(kind.rejected(id, worker, now), JobState.FAILED, failure, worker, now));
    commit(record);
  }

  private static String placeOf(ConsumerRecord<byte[], byte[]> record) {
    return record.topic() + "-" + record.partition() + " offset " + record.offset();
  }

  /**
   * The id in a request that is JSON but not right otherwise, so that its sender finds the answer.
   */
  private static Optional<String> idOf(ConsumerRecord<byte[], byte[]> record) {
    if (record.value() == null || record.value().length == 0 || record.value()[0] != '{') {
      return Optional.empty();
    }
    try {
      JsonNode id = new ObjectMapper().readTree(record.value()).get("requestId");
      return Optional.ofNullable(id)
          .filter(JsonNode::isTextual)
          .map(JsonNode::textValue)
          .filter(text -> !text.isBlank());
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private boolean tooOld(ConsumerRecord<byte[], byte[]> record, R request) {
    Long requestedAt = kind.requestedAt(request);
    long sent = requestedAt == null ? record.timestamp() : requestedAt;
    return time.milliseconds() - sent > maxAge.toMillis();
  }

  private Optional<R> decode(ConsumerRecord<byte[], byte[]> record) {
    try {
      return Optional.ofNullable(requests.deserialize(record.topic(), record.value()));
    } catch (SerializationException e) {
      // Answered when the group comes to it.
      return Optional.empty();
    }
  }

  private void commit(ConsumerRecord<byte[], byte[]> record) {
    TopicPartition partition = new TopicPartition(record.topic(), record.partition());
    try {
      consumer.commitSync(Map.of(partition, new OffsetAndMetadata(record.offset() + 1)));
    } catch (CommitFailedException | RebalanceInProgressException e) {
      // Whoever has the partition now takes the request again and finds it over.
      LOG.warn("The offset of {} at {} was not committed", partition, record.offset(), e);
    }
  }

  static boolean isFinal(JobState state) {
    return state == JobState.SUCCEEDED || state == JobState.FAILED || state == JobState.CANCELLED;
  }

  private void endJob() {
    if (job == null) {
      return;
    }
    job.abandon();
    try {
      jobThread.join(JOB_END.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (jobThread.isAlive()) {
      LOG.warn("Request {} did not end within {}", job.id(), JOB_END);
      jobThread.interrupt();
    }
  }

  /** Ends the loop, and the job at hand so that another worker can go on with it. */
  @Override
  public void close() {
    closed = true;
    consumer.wakeup();
  }

  /** A partition that arrives while a job runs waits like the others. */
  private final class PauseNewPartitions implements ConsumerRebalanceListener {
    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
      LOG.debug("Revoked: {}", partitions);
    }

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
      if (job != null) {
        consumer.pause(partitions);
      }
    }
  }
}
