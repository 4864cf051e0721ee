package dev.tidemark.archiver.catchup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

class HandoverTest {

  private final Handover handover = new Handover(100);

  private static ByteBuffer bytes(int length) {
    return ByteBuffer.allocate(length);
  }

  private static List<Long> offsets(List<Handover.Offered> offered) {
    return offered.stream().map(Handover.Offered::offset).toList();
  }

  @Test
  void shouldBeMetWhereTheFirstKeptRecordLies() {
    handover.offer(7, bytes(10));
    handover.offer(8, bytes(10));

    assertThat(handover.isMetAt(6)).isFalse();
    assertThat(handover.isMetAt(7)).isTrue();
    assertThat(offsets(handover.take())).containsExactly(7L, 8L);
  }

  @Test
  void shouldLetGoOfWhatDoesNotFitAndBeginAnew() {
    handover.offer(7, bytes(60));
    handover.offer(8, bytes(60));

    assertThat(handover.isMetAt(7)).isFalse();
    assertThat(handover.isMetAt(8)).isTrue();
    assertThat(offsets(handover.take())).containsExactly(8L);
  }

  @Test
  void shouldLeaveARecordLargerThanTheLimitToTheReader() {
    handover.offer(7, bytes(101));

    assertThat(handover.isMetAt(7)).isFalse();
    assertThat(handover.isMetAtEnd(7)).isFalse();
    assertThat(handover.isMetAtEnd(8)).isTrue();
    assertThat(handover.take()).isEmpty();
  }

  @Test
  void shouldKeepEverythingOnceTheReaderIsDone() {
    assertThat(handover.isMetAtEnd(5)).isTrue();
    handover.offer(5, bytes(90));
    handover.offer(6, bytes(90));

    assertThat(offsets(handover.take())).containsExactly(5L, 6L);
  }

  @Test
  void shouldNotHandOverBeforeTheReaderIsDone() {
    handover.offer(7, bytes(1));

    assertThatThrownBy(handover::take).isInstanceOf(IllegalStateException.class);
  }

  @RepeatedTest(20)
  void shouldLoseAndRepeatNothingBetweenTwoThreads() throws InterruptedException {
    int records = 20_000;
    int firstLive = new Random().nextInt(records);
    AtomicInteger end = new AtomicInteger(firstLive);
    List<Long> handled = new ArrayList<>();

    Thread reader =
        new Thread(
            () -> {
              long position = 0;
              while (!handover.isMetAt(position)) {
                if (position < end.get()) {
                  handled.add(position++);
                } else if (handover.isMetAtEnd(position)) {
                  return;
                }
              }
            });
    reader.start();
    for (int offset = firstLive; offset < records && !handover.isDone(); offset++) {
      end.incrementAndGet();
      handover.offer(offset, bytes(7));
    }
    reader.join();

    long next = handled.size();
    for (Handover.Offered offered : handover.take()) {
      if (offered.offset() >= next) {
        assertThat(offered.offset()).isEqualTo(next++);
      }
    }
    assertThat(next).isEqualTo(end.get());
  }
}
