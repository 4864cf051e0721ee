package dev.tidemark.tailer.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class RecordQueueTest {

  private final RecordQueue queue = new RecordQueue(100);

  private static RecordBatch batch(String name, long bytes) {
    return new RecordBatch(List.of(new SourceRecord(Map.of(), Map.of(), name, null, null)), bytes);
  }

  private static List<String> names(List<SourceRecord> records) {
    return records.stream().map(SourceRecord::topic).toList();
  }

  @Test
  void shouldGiveAsManyBatchesAsFit() throws InterruptedException {
    queue.put(batch("a", 30));
    queue.put(batch("b", 30));
    queue.put(batch("c", 30));

    assertThat(names(queue.take(60, 0))).containsExactly("a", "b");
    assertThat(queue.bytes()).isEqualTo(30);
    assertThat(names(queue.take(60, 0))).containsExactly("c");
    assertThat(queue.take(60, 1)).isNull();
  }

  @Test
  void shouldGiveABatchLargerThanTheLimitAlone() throws InterruptedException {
    queue.put(batch("large", 90));
    queue.put(batch("small", 1));

    assertThat(names(queue.take(10, 0))).containsExactly("large");
  }

  @Test
  void shouldLetABatchLargerThanTheQueuePassWhenEmpty() throws InterruptedException {
    queue.put(batch("huge", 1_000));

    assertThat(names(queue.take(10, 0))).containsExactly("huge");
  }

  @Test
  void shouldHoldTheReaderBackWhileFull() throws InterruptedException {
    queue.put(batch("a", 80));
    CountDownLatch added = new CountDownLatch(1);
    Thread reader =
        new Thread(
            () -> {
              try {
                queue.put(batch("b", 30));
                added.countDown();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
    reader.start();
    while (reader.getState() != Thread.State.WAITING) {
      Thread.onSpinWait();
    }
    assertThat(added.getCount()).isEqualTo(1);
    assertThat(queue.bytes()).isEqualTo(80);

    assertThat(names(queue.take(100, 0))).containsExactly("a");
    assertThat(added.await(10, TimeUnit.SECONDS)).isTrue();
    reader.join();
  }

  @Test
  void shouldFailOnlyAfterEverythingBeforeWasTaken() throws InterruptedException {
    queue.put(batch("a", 1));
    queue.fail(new IllegalStateException("over"));

    assertThat(names(queue.take(10, 0))).containsExactly("a");
    assertThatThrownBy(() -> queue.take(10, 0)).hasMessage("over");
  }
}
