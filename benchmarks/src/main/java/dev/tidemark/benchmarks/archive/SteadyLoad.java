package dev.tidemark.benchmarks.archive;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Publishes entries at a steady rate, in turn for each set, and sees when each of them is archived.
 */
final class SteadyLoad {

  private static final int RATE = 2_000;
  private static final int SLICE_MS = 10;
  private static final long LOOK_NANOS = 50_000_000L;
  private static final long BEAT_NANOS = 1_000_000_000L;

  /** Stands for a heartbeat among the times at which entries were sent. */
  private static final long HEARTBEAT = -1;

  private final List<SetFeed> feeds;
  private final DurableOffsets durable;
  private final List<List<Long>> sentBySet = new ArrayList<>();
  private final int[] seenBySet;
  private final List<Double> delays = new ArrayList<>();

  SteadyLoad(List<SetFeed> feeds, DurableOffsets durable) {
    this.feeds = feeds;
    this.durable = durable;
    this.seenBySet = new int[feeds.size()];
    feeds.forEach(feed -> sentBySet.add(new ArrayList<>()));
  }

  /** Runs until every entry is archived. */
  void run(int seconds) throws Exception {
    long[] began = durable.ends();
    long entries = (long) seconds * RATE;
    long start = System.nanoTime();
    long nextLook = start;
    long nextBeat = start;
    long sent = 0;
    while (delays.size() < entries) {
      long now = System.nanoTime();
      for (long due = Math.min(entries, (now - start) / 1_000_000 * RATE / 1_000);
          sent < due;
          sent++) {
        int set = (int) (sent % feeds.size());
        feeds.get(set).entry();
        sentBySet.get(set).add(now);
      }
      if (now >= nextBeat) {
        for (int set = 0; set < feeds.size(); set++) {
          feeds.get(set).heartbeat();
          sentBySet.get(set).add(HEARTBEAT);
        }
        nextBeat = now + BEAT_NANOS;
      }
      if (now >= nextLook) {
        look(began);
        nextLook = now + LOOK_NANOS;
      }
      Thread.sleep(SLICE_MS);
    }
  }

  private void look(long[] began) throws Exception {
    long[] archived = durable.now();
    long now = System.nanoTime();
    for (int set = 0; set < feeds.size(); set++) {
      List<Long> sent = sentBySet.get(set);
      while (seenBySet[set] < Math.min(sent.size(), archived[set] - began[set])) {
        long at = sent.get(seenBySet[set]++);
        if (at != HEARTBEAT) {
          delays.add((now - at) / 1e9);
        }
      }
    }
  }

  /** What came out, in a line. */
  String result() {
    double[] sorted = delays.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    return String.format(
        Locale.ROOT,
        "steady %,d entries/s, window of 15 s: archived after p50 %.1f s, p99 %.1f s, at most %.1f s",
        RATE,
        sorted[sorted.length / 2],
        sorted[sorted.length * 99 / 100],
        sorted[sorted.length - 1]);
  }
}
