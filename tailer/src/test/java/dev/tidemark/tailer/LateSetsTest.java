package dev.tidemark.tailer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.tailer.config.TaskAssignment;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.connect.storage.OffsetStorageReader;
import org.junit.jupiter.api.Test;

class LateSetsTest {

  private static final String ID = "65aa0f0e6f2b4c0d9e8f7a6";

  private final Set<String> captured = new HashSet<>();

  /** What Connect has stored: something for each set captured. */
  private final OffsetStorageReader offsets =
      new OffsetStorageReader() {
        @Override
        public <T> Map<String, Object> offset(Map<String, T> partition) {
          return captured.contains(String.valueOf(partition.get("setId"))) ? Map.of() : null;
        }

        @Override
        public <T> Map<Map<String, T>, Map<String, Object>> offsets(
            Collection<Map<String, T>> partitions) {
          Map<Map<String, T>, Map<String, Object>> stored = new HashMap<>();
          partitions.forEach(partition -> stored.put(partition, offset(partition)));
          return stored;
        }
      };

  private static TaskAssignment set(int uri, int number) {
    return new TaskAssignment(number, uri, "rs" + number, ID + number, List.of("a:1"));
  }

  private List<Boolean> late(LateSets sets, TaskAssignment... found) {
    return sets.mark(List.of(found)).stream().map(TaskAssignment::fromBeginning).toList();
  }

  @Test
  void shouldBeginEverySetAlikeAtTheFirstStart() {
    assertThat(late(new LateSets(offsets), set(0, 0), set(0, 1))).containsExactly(false, false);
  }

  @Test
  void shouldMarkAShardThatIsAddedWhileTheConnectorRuns() {
    LateSets sets = new LateSets(offsets);
    late(sets, set(0, 0));

    assertThat(late(sets, set(0, 0), set(0, 1))).containsExactly(false, true);
  }

  @Test
  void shouldMarkAShardThatWasAddedWhileTheConnectorWasDown() {
    captured.add(ID + 0);

    assertThat(late(new LateSets(offsets), set(0, 0), set(0, 1))).containsExactly(false, true);
  }

  @Test
  void shouldNotMarkASetThatAConnectionStringOfItsOwnNames() {
    captured.add(ID + 0);

    assertThat(late(new LateSets(offsets), set(0, 0), set(1, 1))).containsExactly(false, false);
  }

  @Test
  void shouldLeaveASetAloneThatHasAPosition() {
    captured.add(ID + 0);
    captured.add(ID + 1);

    assertThat(late(new LateSets(offsets), set(0, 0), set(0, 1))).containsExactly(false, false);
  }
}
