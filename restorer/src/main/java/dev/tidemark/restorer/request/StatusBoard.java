package dev.tidemark.restorer.request;

import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.restorer.RestorerError;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.Function;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.utils.Time;

/**
 * Where the workers read and publish the statuses of requests.
 *
 * <p>Thread-safe.
 *
 * @param <S> the status
 */
final class StatusBoard<S extends SpecificRecord> implements AutoCloseable {

  private final String topic;
  private final KafkaProducer<byte[], byte[]> producer;
  private final Serializer<S> serializer;
  private final Function<String, KafkaProducer<byte[], byte[]>> transactional;
  private final LatestStatuses<S> latest;

  /**
   * @param transactional makes producers with a transactional id
   */
  StatusBoard(
      String topic,
      LatestStatuses<S> latest,
      KafkaProducer<byte[], byte[]> producer,
      Function<String, KafkaProducer<byte[], byte[]>> transactional,
      Serializer<S> serializer) {
    this.topic = topic;
    this.transactional = transactional;
    this.producer = producer;
    this.serializer = serializer;
    this.latest = latest;
  }

  /** The latest status of a request, after everything published so far by anybody. */
  Optional<S> latest(String id) {
    return latest.of(id);
  }

  /** The latest statuses of all requests, after everything published so far by anybody. */
  List<S> all() {
    return latest.all();
  }

  /**
   * Publishes a status and waits until the brokers have it.
   *
   * @throws TidemarkException KAFKA_FAILED
   */
  void publish(String id, S status) {
    try {
      send(id, status).get();
    } catch (ExecutionException e) {
      throw new TidemarkException(
          RestorerError.KAFKA_FAILED,
          "The status of request " + id + " could not be published: " + e.getCause().getMessage(),
          topic,
          "Check that the brokers answer and that the worker may write the topic",
          e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TidemarkException(
          RestorerError.KAFKA_FAILED, "Interrupted while publishing a status", topic, "", e);
    }
  }

  /**
   * Takes the right to speak for a request.
   *
   * @throws TidemarkException KAFKA_FAILED
   */
  RequestVoice<S> voice(String id, Time time) {
    return RequestVoice.take(topic, id, transactional.apply(topic + "-" + id), serializer, time);
  }

  private Future<?> send(String id, S status) {
    return producer.send(
        new ProducerRecord<>(
            topic, id.getBytes(StandardCharsets.UTF_8), serializer.serialize(topic, status)));
  }

  @Override
  public void close() {
    latest.close();
    producer.close();
  }
}
