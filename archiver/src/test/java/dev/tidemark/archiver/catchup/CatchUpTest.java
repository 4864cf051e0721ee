package dev.tidemark.archiver.catchup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class CatchUpTest {

  private static final TopicPartition PARTITION = new TopicPartition("oplog", 0);

  private final CountDownLatch asked = new CountDownLatch(1);
  private final CountDownLatch answer = new CountDownLatch(1);
  private final List<String> effects = new CopyOnWriteArrayList<>();
  private volatile Thread thread;

  /** Notes what others would see of it. */
  private class Noting implements CatchUp.Reader {
    @Override
    public void prepare() {
      thread = Thread.currentThread();
    }

    @Override
    public long begin() {
      effects.add("begin");
      return 0;
    }

    @Override
    public boolean awaitRoom() {
      return true;
    }

    @Override
    public void read(long offset, ByteBuffer value) {
      effects.add("read " + offset);
    }

    @Override
    public void advanceTo(long offset) {
      // Told again and again.
    }
  }

  private static Consumer<byte[], ByteBuffer> threeRecords() {
    MockConsumer<byte[], ByteBuffer> consumer = new MockConsumer<>("none");
    consumer.assign(List.of(PARTITION));
    consumer.updateBeginningOffsets(Map.of(PARTITION, 0L));
    consumer.updateEndOffsets(Map.of(PARTITION, 3L));
    for (long offset = 0; offset < 3; offset++) {
      consumer.addRecord(
          new ConsumerRecord<>(
              PARTITION.topic(), PARTITION.partition(), offset, null, ByteBuffer.allocate(1)));
    }
    return consumer;
  }

  private CatchUp start(CatchUp.Reader reader) {
    return CatchUp.start(PARTITION, CatchUpTest::threeRecords, reader, new Handover(1 << 20), 0);
  }

  /** As a store does whose client does not obey interrupts. */
  private void answerLate() {
    asked.countDown();
    boolean answered = false;
    while (!answered) {
      try {
        answered = answer.await(1, TimeUnit.MINUTES);
      } catch (InterruptedException e) {
        answered = false;
      }
    }
  }

  @Test
  void shouldReadToTheEnd() {
    try (CatchUp catchUp = start(new Noting())) {
      await().atMost(Duration.ofSeconds(20)).until(catchUp.handover()::isDone);
    }

    assertThat(effects).containsExactly("begin", "read 0", "read 1", "read 2");
  }

  @Test
  void shouldTellOfAnErrorOfTheMachine() {
    Error error = new OutOfMemoryError("in this test only");
    CatchUp.Reader failing =
        new Noting() {
          @Override
          public void read(long offset, ByteBuffer value) {
            throw error;
          }
        };
    try (CatchUp catchUp = start(failing)) {
      await()
          .atMost(Duration.ofSeconds(20))
          .untilAsserted(() -> assertThatThrownBy(catchUp::check).hasCause(error));
    }
  }

  @Test
  void shouldEndThoughTheStoreDoesNotAnswerAndLetItsLateAnswerHaveNoEffect()
      throws InterruptedException {
    CatchUp catchUp =
        start(
            new Noting() {
              @Override
              public void prepare() {
                super.prepare();
                answerLate();
              }
            });
    asked.await();

    catchUp.close();

    assertThat(thread.isAlive()).isTrue();
    answer.countDown();
    thread.join();
    assertThat(effects).isEmpty();
    catchUp.check();
  }

  @Test
  void shouldWaitForARecordThatIsBeingReadAndReadNoOther() throws InterruptedException {
    CatchUp catchUp =
        start(
            new Noting() {
              @Override
              public void read(long offset, ByteBuffer value) {
                answerLate();
                super.read(offset, value);
              }
            });
    asked.await();
    Thread closer = new Thread(catchUp::close);
    closer.start();
    await().atMost(Duration.ofSeconds(20)).until(() -> closer.getState() == Thread.State.WAITING);

    answer.countDown();
    closer.join();
    List<String> whenClosed = List.copyOf(effects);
    thread.join();

    assertThat(whenClosed).containsExactly("begin", "read 0");
    assertThat(effects).isEqualTo(whenClosed);
    catchUp.check();
  }
}
