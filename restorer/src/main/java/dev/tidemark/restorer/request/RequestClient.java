package dev.tidemark.restorer.request;

import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.restorer.RestorerError;
import dev.tidemark.schemas.registry.SchemaRegistry;
import dev.tidemark.schemas.status.Failure;
import dev.tidemark.schemas.status.JobState;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.utils.Time;

/**
 * Asks for jobs on Kafka and waits for their end, as anybody with a Kafka client can. Thread-safe.
 *
 * @param <R> the request
 * @param <S> its status
 */
public final class RequestClient<R extends SpecificRecord, S extends SpecificRecord>
    implements AutoCloseable {

  private static final long CHECK_MS = 200;

  private final TopicPoster<R> poster;
  private final LatestStatuses<S> statuses;
  private final Time time;

  /**
   * @param requestTopic where the requests go
   * @param statusTopic where their statuses are found
   * @param key the key of a request
   */
  public RequestClient(
      Class<S> statusType,
      String requestTopic,
      String statusTopic,
      Function<R, String> key,
      Map<String, Object> clientSettings,
      SchemaRegistry registry,
      Time time) {
    this.poster = new TopicPoster<>(clientSettings, requestTopic, key, registry);
    this.statuses =
        new LatestStatuses<>(
            statusTopic,
            new KafkaConsumer<>(
                RequestTopics.consumerSettings(clientSettings),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer()),
            statusType,
            registry);
    this.time = time;
  }

  /**
   * Posts a request and waits until it has succeeded.
   *
   * @param cancelled whether the one who asks has been told to end; the request is left to itself
   * @return the last status
   * @throws TidemarkException DRILL_REQUEST_FAILED if it fails, is cancelled or takes longer;
   *     REQUEST_CANCELLED if the one who asks was told to end
   */
  public S carryOut(String id, R request, Duration patience, BooleanSupplier cancelled) {
    poster.accept(request);
    long deadline = time.milliseconds() + patience.toMillis();
    while (true) {
      Optional<S> status = statuses.of(id);
      if (status.isPresent()) {
        JobState state = (JobState) field(status.get(), "state");
        if (state == JobState.SUCCEEDED) {
          return status.get();
        }
        if (RequestLoop.isFinal(state)) {
          throw failed(id, state, (Failure) field(status.get(), "failure"));
        }
      }
      if (cancelled.getAsBoolean()) {
        throw new TidemarkException(
            RestorerError.REQUEST_CANCELLED, "The job was cancelled", id, "");
      }
      if (time.milliseconds() > deadline) {
        throw new TidemarkException(
            RestorerError.DRILL_REQUEST_FAILED,
            "Request "
                + id
                + (status.isPresent() ? " is not over" : " was not taken by any worker")
                + " after "
                + patience.toSeconds()
                + " s",
            id,
            "See the status of the request and the logs of the workers");
      }
      time.sleep(CHECK_MS);
    }
  }

  private static Object field(SpecificRecord record, String name) {
    return record.get(record.getSchema().getField(name).pos());
  }

  private static TidemarkException failed(String id, JobState state, Failure failure) {
    return failure == null
        ? new TidemarkException(
            RestorerError.DRILL_REQUEST_FAILED, "Request " + id + " ended as " + state, id, "")
        : new TidemarkException(
            RestorerError.DRILL_REQUEST_FAILED,
            "Request " + id + " failed with " + failure.getCode() + ": " + failure.getReason(),
            failure.getWhere().isEmpty() ? id : failure.getWhere(),
            failure.getRemedy());
  }

  @Override
  public void close() {
    poster.close();
    statuses.close();
  }
}
