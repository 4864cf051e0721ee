package dev.tidemark.tailer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.tailer.config.InvalidValueException;
import dev.tidemark.tailer.config.TaskAssignment;
import dev.tidemark.tailer.error.TailerError;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ShardWatchTest {

  private static final TaskAssignment FIRST =
      new TaskAssignment(0, 0, "rs0", "65aa0f0e6f2b4c0d9e8f7a61", List.of("a:1"));
  private static final TaskAssignment SECOND =
      new TaskAssignment(1, 0, "rs1", "65aa0f0e6f2b4c0d9e8f7a62", List.of("b:1"));

  private final List<List<TaskAssignment>> offered = new ArrayList<>();
  private final List<TidemarkException> failures = new ArrayList<>();
  private List<TaskAssignment> found = List.of(FIRST);
  private RuntimeException refusal;
  private RuntimeException outage;

  private final ShardWatch watch =
      new ShardWatch(
          this::discover,
          Duration.ofDays(1),
          List.of(FIRST),
          new ShardWatch.Listener() {
            @Override
            public void changed(List<TaskAssignment> sets) {
              offered.add(sets);
              if (refusal != null) {
                throw refusal;
              }
            }

            @Override
            public void failed(TidemarkException failure) {
              failures.add(failure);
            }
          });

  private List<TaskAssignment> discover() {
    if (outage != null) {
      throw outage;
    }
    return found;
  }

  @AfterEach
  void close() {
    watch.close();
  }

  @Test
  void shouldTellOfAShardOnce() {
    watch.ask();
    found = List.of(FIRST, SECOND);
    watch.ask();
    watch.ask();

    assertThat(offered).containsExactly(List.of(FIRST, SECOND));
    assertThat(failures).isEmpty();
  }

  @Test
  void shouldOfferAShardAgainThatCouldNotBeTakenAndSayWhyOnce() {
    found = List.of(FIRST, SECOND);
    refusal = new InvalidValueException("tasks.max", "is 1", "2", null);
    watch.ask();
    watch.ask();

    assertThat(failures).containsExactly((TidemarkException) refusal);

    refusal = null;
    watch.ask();
    watch.ask();
    assertThat(offered).hasSize(3);
  }

  @Test
  void shouldWaitOutAnOutageAndReportWhatStaysWrong() {
    outage = new TidemarkException(TailerError.TAILER_NO_MEMBER, "away", "mongos", "");
    watch.ask();
    assertThat(failures).isEmpty();

    outage = new TidemarkException(TailerError.TAILER_NOT_AUTHORIZED, "no right", "mongos", "");
    watch.ask();
    assertThat(failures).containsExactly((TidemarkException) outage);
  }
}
