package dev.tidemark.restorer.request;

import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.restorer.RestorerError;
import java.nio.charset.StandardCharsets;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.serialization.Serializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The right to publish statuses of one request. Whoever opened it last has it: the brokers refuse
 * what an earlier holder still sends, so that a worker that was paused cannot put its old status
 * over the newer one (KIP-98, fencing by transactional id).
 *
 * <p>Thread-safe.
 *
 * @param <S> the status
 */
final class RequestVoice<S extends SpecificRecord> implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(RequestVoice.class);

  private final String topic;
  private final String id;
  private final KafkaProducer<byte[], byte[]> producer;
  private final Serializer<S> serializer;
  private boolean lost;
  private KafkaException broken;

  private RequestVoice(
      String topic, String id, KafkaProducer<byte[], byte[]> producer, Serializer<S> serializer) {
    this.topic = topic;
    this.id = id;
    this.producer = producer;
    this.serializer = serializer;
  }

  /**
   * Takes the right from whoever has it.
   *
   * @param producer has the transactional id of the request; closed with this
   * @throws TidemarkException KAFKA_FAILED
   */
  static <S extends SpecificRecord> RequestVoice<S> take(
      String topic, String id, KafkaProducer<byte[], byte[]> producer, Serializer<S> serializer) {
    try {
      producer.initTransactions();
      return new RequestVoice<>(topic, id, producer, serializer);
    } catch (KafkaException e) {
      producer.close();
      throw failed(topic, id, e);
    }
  }

  /**
   * Publishes a status and waits until the brokers have it.
   *
   * @throws OverElsewhereException if another worker has taken the right
   * @throws TidemarkException KAFKA_FAILED
   */
  synchronized void publish(S status) {
    if (lost) {
      throw new OverElsewhereException();
    }
    if (broken != null) {
      throw failed(topic, id, broken);
    }
    try {
      producer.beginTransaction();
      // Committing tells whether it was sent.
      var unused =
          producer.send(
              new ProducerRecord<>(
                  topic, id.getBytes(StandardCharsets.UTF_8), serializer.serialize(topic, status)));
      producer.commitTransaction();
    } catch (KafkaException e) {
      if (fenced(e)) {
        lost = true;
        throw new OverElsewhereException(e);
      }
      abort();
      throw failed(topic, id, e);
    }
  }

  /** The producer tells it itself, or as the cause of its being in an error state. */
  private static boolean fenced(KafkaException failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof ProducerFencedException
          || cause instanceof InvalidProducerEpochException) {
        return true;
      }
    }
    return false;
  }

  private void abort() {
    try {
      producer.abortTransaction();
    } catch (KafkaException e) {
      // A new producer would silence whoever has taken the request over by now.
      LOG.warn("No more statuses of request {} can be published by this worker", id, e);
      broken = e;
    }
  }

  private static TidemarkException failed(String topic, String id, KafkaException e) {
    return new TidemarkException(
        RestorerError.KAFKA_FAILED,
        "The status of request " + id + " could not be published: " + e.getMessage(),
        topic,
        "Check that the brokers answer and that the worker may write the topic, and the"
            + " transactional ids that begin with the topic's name",
        e);
  }

  @Override
  public synchronized void close() {
    producer.close();
  }
}
