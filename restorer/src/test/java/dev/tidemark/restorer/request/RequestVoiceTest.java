package dev.tidemark.restorer.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.restorer.RestorerError;
import dev.tidemark.restorer.fixture.SteppedTime;
import dev.tidemark.schemas.serde.TrustedRecords;
import dev.tidemark.schemas.status.JobState;
import dev.tidemark.schemas.status.RestoreStatus;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.TransactionAbortableException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

class RequestVoiceTest {

  private static final Duration MAX_BLOCK = Duration.ofSeconds(50);

  private final SteppedTime time = new SteppedTime(Instant.EPOCH);
  private final Brokers brokers = new Brokers();
  private final RequestVoice<RestoreStatus> voice =
      RequestVoice.take(
          "restore-status",
          "r1",
          brokers,
          (topic, status) -> status.getWorker().getBytes(StandardCharsets.UTF_8),
          time);

  @Test
  void shouldCommitAgainUntilItIsAnswered() {
    brokers.commits.add(new TimeoutException("no answer"));
    brokers.commits.add(new TimeoutException("no answer"));

    voice.publish(status("first"));
    voice.publish(status("second"));

    assertThat(brokers.published()).containsExactly("first", "second");
    assertThat(brokers.transactionAborted()).isFalse();
  }

  @Test
  void shouldGoOnWithTheNextStatusWhenTheBrokersStayAway() {
    for (int i = 0; i < 4; i++) {
      brokers.commits.add(new TimeoutException("no answer"));
    }

    assertFails("first");
    voice.publish(status("second"));

    assertThat(brokers.published()).containsExactly("first", "second");
  }

  @Test
  void shouldGoOnWithTheNextStatusWhenTheWaitIsInterrupted() {
    brokers.commits.add(new InterruptException("the ticker ends"));

    assertFails("first");
    assertThat(Thread.interrupted()).isTrue();
    voice.publish(status("second"));

    assertThat(brokers.published()).containsExactly("first", "second");
  }

  @Test
  void shouldPublishOnceMoreWhatHadToBeAborted() {
    brokers.commits.add(new TimeoutException("no answer"));
    brokers.commits.add(
        new KafkaException("error state", new TransactionAbortableException("begin again")));

    voice.publish(status("first"));

    assertThat(brokers.published()).containsExactly("first");
  }

  @Test
  void shouldFailWhenItHasToBeAbortedAgainAndStayAbleToSpeak() {
    brokers.commits.add(new TopicAuthorizationException("not this topic"));
    brokers.commits.add(new TopicAuthorizationException("not this topic"));

    assertFails("first");
    voice.publish(status("second"));

    assertThat(brokers.published()).containsExactly("second");
  }

  @Test
  void shouldStayStillOnceAnotherWorkerSpeaks() {
    brokers.commits.add(new TimeoutException("no answer"));
    brokers.commits.add(new ProducerFencedException("another one"));

    assertThatThrownBy(() -> voice.publish(status("first")))
        .isInstanceOf(OverElsewhereException.class);
    assertThatThrownBy(() -> voice.publish(status("second")))
        .isInstanceOf(OverElsewhereException.class);

    assertThat(brokers.published()).isEmpty();
  }

  private void assertFails(String worker) {
    TidemarkException failure =
        catchThrowableOfType(TidemarkException.class, () -> voice.publish(status(worker)));
    assertThat(failure.code()).isEqualTo(RestorerError.KAFKA_FAILED);
  }

  private static RestoreStatus status(String worker) {
    TrustedRecords.trust();
    return RestoreStatus.newBuilder()
        .setRequestId("r1")
        .setWorker(worker)
        .setState(JobState.RUNNING)
        .setAcceptedAt(Instant.EPOCH)
        .setUpdatedAt(Instant.EPOCH)
        .build();
  }

  /**
   * Commits fail as they are told to, and as with a {@code KafkaProducer} nothing else is taken
   * while one is not answered.
   */
  private final class Brokers extends MockProducer<byte[], byte[]> {

    private final Deque<KafkaException> commits = new ArrayDeque<>();
    private boolean unanswered;

    Brokers() {
      super(true, null, new ByteArraySerializer(), new ByteArraySerializer());
    }

    @Override
    public void beginTransaction() {
      requireAnswered();
      super.beginTransaction();
    }

    @Override
    public void commitTransaction() {
      KafkaException failure = commits.poll();
      unanswered = failure instanceof TimeoutException || failure instanceof InterruptException;
      if (failure instanceof TimeoutException) {
        time.step(MAX_BLOCK);
      }
      if (failure != null) {
        throw failure;
      }
      super.commitTransaction();
    }

    @Override
    public void abortTransaction() {
      requireAnswered();
      super.abortTransaction();
    }

    private void requireAnswered() {
      if (unanswered) {
        throw new IllegalStateException("the commit timed out and must be retried");
      }
    }

    List<String> published() {
      return history().stream()
          .map(record -> new String(record.value(), StandardCharsets.UTF_8))
          .toList();
    }
  }
}
