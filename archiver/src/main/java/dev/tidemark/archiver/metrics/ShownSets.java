package dev.tidemark.archiver.metrics;

import dev.tidemark.archive.key.ReplicaSetRef;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.metrics.Metrics;
import org.apache.kafka.common.utils.Time;

/**
 * The replica sets that have metrics: each as long as somebody holds it. Two assignments may hold
 * one set, where a partition changes hands within the process. Thread-safe.
 */
final class ShownSets {

  private final Metrics metrics;
  private final Time time;
  private final Map<ReplicaSetRef, Shown> shown = new HashMap<>();

  private record Shown(SetMetrics metrics, int holders) {}

  ShownSets(Metrics metrics, Time time) {
    this.metrics = metrics;
    this.time = time;
  }

  /** The metrics of a set, to be {@linkplain #release released} once. */
  synchronized SetMetrics hold(ReplicaSetRef set) {
    Shown before = shown.get(set);
    Shown now =
        before == null
            ? new Shown(new SetMetrics(set, metrics, time), 1)
            : new Shown(before.metrics, before.holders + 1);
    shown.put(set, now);
    return now.metrics;
  }

  /** Removes the metrics of a set that nobody else holds. */
  synchronized void release(ReplicaSetRef set) {
    Shown before = shown.remove(set);
    if (before.holders == 1) {
      before.metrics.close();
    } else {
      shown.put(set, new Shown(before.metrics, before.holders - 1));
    }
  }
}
