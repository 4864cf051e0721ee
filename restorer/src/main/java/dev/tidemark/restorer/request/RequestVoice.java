package dev.tidemark.restorer.request;

import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.restorer.RestorerError;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.utils.Time;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The right to publish statuses of one request. Whoever opened it last has it: the brokers refuse
 * what an earlier holder still sends, so that a worker that was paused cannot put its old status
 * over the newer one (KIP-98, fencing by transactional id).
 *
 * <p>Each status is a transaction. A commit or an abort that gets no answer in time, or whose wait
 * is interrupted, may still take place: the producer takes nothing else until it was called again
 * and has answered. That is done for a while, and gone on with by the next status.
 *
 * <p>Thread-safe.
 *
 * @param <S> the status
 */
final class RequestVoice<S extends SpecificRecord> implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(RequestVoice.class);

  /** Each call waits for {@code max.block.ms} besides. */
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private static final Duration CLOSE = Duration.ofSeconds(10);
  private static final int ATTEMPTS = 2;

  private final String topic;
  private final String id;
  private final Producer<byte[], byte[]> producer;
  private final Serializer<S> serializer;
  private final Time time;
  private boolean lost;
  private KafkaException broken;

  /** The commit or abort that was called and has not answered; null if there is none. */
  private Runnable unanswered;

  private RequestVoice(
      String topic,
      String id,
      Producer<byte[], byte[]> producer,
      Serializer<S> serializer,
      Time time) {
    this.topic = topic;
    this.id = id;
    this.producer = producer;
    this.serializer = serializer;
    this.time = time;
  }

  /**
   * Takes the right from whoever has it.
   *
   * @param producer has the transactional id of the request; closed with this
   * @throws TidemarkException KAFKA_FAILED
   */
  static <S extends SpecificRecord> RequestVoice<S> take(
      String topic,
      String id,
      Producer<byte[], byte[]> producer,
      Serializer<S> serializer,
      Time time) {
    try {
      producer.initTransactions();
      return new RequestVoice<>(topic, id, producer, serializer, time);
    } catch (KafkaException e) {
      producer.close(CLOSE);
      throw failed(topic, id, e);
    }
  }

  /**
   * Publishes a status and waits until the brokers have it. What could be aborted is tried once
   * more. After a failure the next status can be published, unless the producer is beyond repair.
   *
   * @throws OverElsewhereException if another worker has taken the right
   * @throws TidemarkException KAFKA_FAILED; if the brokers did not answer in time, the status may
   *     be published all the same
   */
  synchronized void publish(S status) {
    if (lost) {
      throw new OverElsewhereException();
    }
    if (broken != null) {
      throw failed(topic, id, broken);
    }
    byte[] value = serialize(status);
    for (int attempt = 1; ; attempt++) {
      try {
        transact(value);
        return;
      } catch (KafkaException e) {
        abort(e);
        if (attempt == ATTEMPTS) {
          throw failed(topic, id, e);
        }
        LOG.info("A status of request {} is published once more", id, e);
      }
    }
  }

  private byte[] serialize(S status) {
    try {
      return serializer.serialize(topic, status);
    } catch (SerializationException e) {
      throw failed(topic, id, e);
    }
  }

  private void transact(byte[] value) {
    if (unanswered != null) {
      end(unanswered);
    }
    producer.beginTransaction();
    // Committing tells whether it was sent.
    var unused =
        producer.send(new ProducerRecord<>(topic, id.getBytes(StandardCharsets.UTF_8), value));
    end(producer::commitTransaction);
  }

  /** Calls it again while it only times out. */
  private void end(Runnable commitOrAbort) {
    unanswered = commitOrAbort;
    long began = time.hiResClockMs();
    while (unanswered != null) {
      try {
        commitOrAbort.run();
        unanswered = null;
      } catch (TimeoutException e) {
        if (time.hiResClockMs() - began >= PATIENCE.toMillis()) {
          throw e;
        }
        LOG.warn("The brokers have not told yet whether a status of request {} is there", id, e);
      } catch (InterruptException e) {
        throw e;
      } catch (KafkaException e) {
        unanswered = null;
        throw e;
      }
    }
  }

  /** Returns if the next transaction can begin at once. */
  private void abort(KafkaException failure) {
    requireNotFenced(failure);
    if (unanswered != null) {
      throw failed(topic, id, failure);
    }
    try {
      end(producer::abortTransaction);
    } catch (KafkaException e) {
      requireNotFenced(e);
      if (unanswered == null) {
        // A new producer would silence whoever has taken the request over by now.
        LOG.warn("No more statuses of request {} can be published by this worker", id, e);
        broken = e;
      }
      throw failed(topic, id, failure);
    }
  }

  private void requireNotFenced(KafkaException failure) {
    if (fenced(failure)) {
      lost = true;
      throw new OverElsewhereException(failure);
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

  private static TidemarkException failed(String topic, String id, KafkaException e) {
    return new TidemarkException(
        RestorerError.KAFKA_FAILED,
        "The status of request " + id + " could not be published: " + e.getMessage(),
        topic,
        "Check that the brokers answer and that the worker may write the topic, and the"
            + " transactional ids that begin with the topic's name",
        e);
  }

  /** What has not answered by then is left to the brokers, which abort it. */
  @Override
  public synchronized void close() {
    producer.close(CLOSE);
  }
}
