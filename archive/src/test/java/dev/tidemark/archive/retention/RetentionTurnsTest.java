package dev.tidemark.archive.retention;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.archive.key.ObjectKeys;
import dev.tidemark.archive.store.ArchiveConfig;
import dev.tidemark.archive.store.ForwardingObjectStore;
import dev.tidemark.archive.store.ObjectContent;
import dev.tidemark.archive.store.ObjectStore;
import dev.tidemark.archive.store.ObjectStores;
import dev.tidemark.archive.store.PutCondition;
import dev.tidemark.archive.store.PutResult;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RetentionTurnsTest {

  private static final Instant DUE = Instant.parse("2026-11-22T03:30:00Z");

  @TempDir private Path directory;
  private ObjectStore store;
  private RetentionTurns turns;
  private Instant now = DUE.plusSeconds(1);

  @BeforeEach
  void open() {
    store = ObjectStores.open("file:" + directory, ArchiveConfig.ofUrl(""));
    turns = new RetentionTurns(store, new ObjectKeys("shop"), () -> now);
  }

  @AfterEach
  void close() {
    store.close();
  }

  @Test
  void shouldGiveATurnToOneOfMany() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      long taken = 0;
      for (var answer :
          threads.invokeAll(
              IntStream.range(0, 8)
                  .<Callable<Boolean>>mapToObj(
                      i -> () -> turns.take(DUE, "archiver-" + i).isPresent())
                  .toList())) {
        taken += answer.get() ? 1 : 0;
      }
      assertThat(taken).isEqualTo(1);
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void shouldNotRepeatATurnThatIsDoneAndGoOnWithTheNext() {
    turns.finish(turns.take(DUE, "a").orElseThrow());

    assertThat(turns.take(DUE, "b")).isEmpty();
    now = DUE.plus(Duration.ofDays(1));
    assertThat(turns.take(now, "b")).isPresent();
  }

  @Test
  void shouldGiveATurnAgainToWhoeverHasIt() {
    assertThat(turns.take(DUE, "a")).isPresent();

    assertThat(turns.take(DUE, "a")).isPresent();
    assertThat(turns.take(DUE, "b")).isEmpty();
  }

  @Test
  void shouldGiveTheTurnOfAKilledOneToSomebodyElseAfterHours() {
    assertThat(turns.take(DUE, "a")).isPresent();

    now = now.plus(RetentionTurns.LONGEST_RUN).minusSeconds(1);
    assertThat(turns.take(now, "b")).isEmpty();
    now = now.plusSeconds(2);
    assertThat(turns.take(now, "b")).isPresent();
  }

  @Test
  void shouldTakeTheTurnWhenOnlyTheAnswerWasLost() {
    ObjectStore losingAnswers =
        new ForwardingObjectStore(store) {
          @Override
          public PutResult put(String key, ObjectContent content, PutCondition condition) {
            super.put(key, content, condition);
            // What the client's repetition of the request gets.
            return super.put(key, content, condition);
          }
        };
    RetentionTurns behindABadNetwork =
        new RetentionTurns(losingAnswers, new ObjectKeys("shop"), () -> now);

    assertThat(behindABadNetwork.take(DUE, "a")).isPresent();
    assertThat(turns.take(DUE, "b")).isEmpty();
    turns.finish(behindABadNetwork.take(DUE, "a").orElseThrow());
    now = DUE.plus(Duration.ofDays(1));
    assertThat(behindABadNetwork.take(now, "b")).isPresent();
  }

  @Test
  void shouldDecideAnewWhenTheTurnCannotBeRead() {
    assertThat(turns.take(DUE, "a")).isPresent();
    store.put(
        new ObjectKeys("shop").retentionTurn(),
        ObjectContent.of(new byte[] {'{'}),
        PutCondition.always());

    assertThat(turns.take(DUE, "b")).isPresent();
    assertThat(turns.take(DUE, "a")).isEmpty();
  }
}
