package dev.tidemark.cli.demo.job;

import dev.tidemark.cli.demo.watch.TopicWatch;
import dev.tidemark.cli.error.CliError;
import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.schemas.registry.SchemaRegistry;
import dev.tidemark.schemas.serde.AvroDeserializer;
import dev.tidemark.schemas.serde.AvroSerializer;
import dev.tidemark.schemas.status.JobState;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Posts requests of one kind to their topic and follows their statuses, as anybody with a Kafka
 * client can. Thread-safe.
 *
 * @param <R> the request
 * @param <S> its status
 */
public final class JobDesk<R extends SpecificRecord, S extends SpecificRecord>
    implements AutoCloseable {

  private static final long CHECK_MILLIS = 100;

  private final String requestTopic;
  private final KafkaProducer<String, R> producer;
  private final AvroDeserializer<S> statuses;
  private final Function<S, Job> summary;
  private final Clock clock;
  private final Map<String, S> latest = new HashMap<>();
  private final TopicWatch watch;

  JobDesk(
      Map<String, Object> clientSettings,
      SchemaRegistry registry,
      String requestTopic,
      String statusTopic,
      Class<S> statusType,
      Function<S, Job> summary,
      Clock clock) {
    this.requestTopic = requestTopic;
    this.producer =
        new KafkaProducer<>(clientSettings, new StringSerializer(), new AvroSerializer<>(registry));
    this.statuses = new AvroDeserializer<>(statusType, registry);
    this.summary = summary;
    this.clock = clock;
    this.watch = new TopicWatch(clientSettings, statusTopic, this::see).start();
  }

  private synchronized void see(ConsumerRecord<byte[], byte[]> record) {
    S status = statuses.deserialize(record.topic(), record.value());
    if (status != null) {
      latest.put(new String(record.key(), StandardCharsets.UTF_8), status);
      notifyAll();
    }
  }

  /** Posts a request and returns once the brokers have it. */
  public void post(String key, R request) {
    try {
      producer.send(new ProducerRecord<>(requestTopic, key, request)).get();
    } catch (ExecutionException e) {
      throw new TidemarkException(
          CliError.CLI_STACK,
          "the request cannot be posted: " + e.getCause().getMessage(),
          requestTopic,
          "Run the demo with --work-dir and read tidemark.log there",
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  /**
   * Waits until a request has succeeded.
   *
   * @param listener called with what the job does, again and again
   * @return the last status
   * @throws TidemarkException if it fails, is cancelled, or takes longer
   */
  public S await(String requestId, Duration patience, Consumer<Job> listener) {
    S status = awaitOver(requestId, patience, listener);
    Job job = summary.apply(status);
    if (job.state() == JobState.SUCCEEDED) {
      return status;
    }
    String reason =
        job.failure() == null
            ? ""
            : ": " + job.failure().getCode() + ": " + job.failure().getReason();
    throw new TidemarkException(
        CliError.CLI_DEMO,
        "request " + requestId + " ended as " + job.state() + reason,
        job.failure() == null ? "" : job.failure().getWhere(),
        job.failure() == null ? "" : job.failure().getRemedy());
  }

  /** Waits until a request is over, however. */
  public synchronized S awaitOver(String requestId, Duration patience, Consumer<Job> listener) {
    long deadline = clock.millis() + patience.toMillis();
    while (true) {
      watch.check();
      S status = latest.get(requestId);
      if (status != null) {
        Job job = summary.apply(status);
        listener.accept(job);
        if (job.isOver()) {
          return status;
        }
      }
      if (clock.millis() > deadline) {
        throw new TidemarkException(
            CliError.CLI_DEMO,
            "request " + requestId + " is not over after " + patience.toSeconds() + " s",
            status == null ? "no status yet" : "state " + summary.apply(status).state(),
            "Run the demo with --work-dir and read tidemark.log there");
      }
      try {
        wait(CHECK_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted", e);
      }
    }
  }

  @Override
  public void close() {
    watch.close();
    producer.close(Duration.ofSeconds(1));
  }
}
