package dev.tidemark.tailer;

import dev.tidemark.tailer.config.TaskAssignment;
import dev.tidemark.tailer.position.SourcePartition;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.connect.storage.OffsetStorageReader;

/**
 * Tells the shards that were added to a cluster after its capture began: everything that they hold
 * came after, so they are captured from the oldest entry on. Beginning them at the newest one would
 * lose what was moved to them until their task runs. Not thread-safe.
 */
final class LateSets {

  private final OffsetStorageReader offsets;
  private Set<String> first;

  LateSets(OffsetStorageReader offsets) {
    this.offsets = offsets;
  }

  /**
   * The same assignments, each late one marked. A set is late that has no position while another of
   * its cluster has one, or that was not there at the first call.
   */
  List<TaskAssignment> mark(List<TaskAssignment> found) {
    Set<String> captured = captured(found);
    Set<Integer> begun = new HashSet<>();
    found.stream()
        .filter(set -> captured.contains(set.setId()))
        .forEach(set -> begun.add(set.uri()));
    if (first == null) {
      first = new HashSet<>();
      found.forEach(set -> first.add(set.setId()));
    }
    return found.stream()
        .map(
            set ->
                !captured.contains(set.setId())
                        && (begun.contains(set.uri()) || !first.contains(set.setId()))
                    ? set.startingAtOldest()
                    : set)
        .toList();
  }

  private Set<String> captured(List<TaskAssignment> found) {
    Collection<Map<String, String>> partitions =
        found.stream()
            .map(set -> new SourcePartition(set.replicaSet(), set.setId()).toMap())
            .toList();
    Map<Map<String, String>, Map<String, Object>> stored = offsets.offsets(partitions);
    Set<String> ids = new HashSet<>();
    for (TaskAssignment set : found) {
      if (stored.get(new SourcePartition(set.replicaSet(), set.setId()).toMap()) != null) {
        ids.add(set.setId());
      }
    }
    return ids;
  }
}
