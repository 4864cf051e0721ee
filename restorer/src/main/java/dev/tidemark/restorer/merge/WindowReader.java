package dev.tidemark.restorer.merge;

import dev.tidemark.oplog.bson.BsonSlice;
import dev.tidemark.oplog.key.DocumentKey;
import dev.tidemark.restorer.merge.FoldWindow.Touched;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads documents of the base into windows, as many as fit. How many keys it asks for at a time
 * follows what the keys before came to, so that few documents are read in vain. Not thread-safe.
 */
final class WindowReader {

  /** A document of the base. */
  private record Found(int run, BsonSlice document) {}

  private final MergePlan plan;
  private final BaseDocuments documents;
  private final WindowLimits limits;

  /** Keys that are read at a time, which follows the size of the documents. */
  private int batch;

  private long keysRead;
  private long bytesRead;

  WindowReader(MergePlan plan, BaseDocuments documents, WindowLimits limits) {
    this.plan = plan;
    this.documents = documents;
    this.limits = limits;
    this.batch = limits.batch();
  }

  /**
   * Reads documents into a window until it is full; equal hashes stay together.
   *
   * @param touched keys in the order of their hashes
   * @param from where the window's keys begin
   * @return where they end
   */
  int fill(FoldWindow window, List<Touched> touched, int from) {
    int at = from;
    batch = (int) Math.min(limits.batch(), batch * 2L);
    while (at < touched.size()
        && at - from < limits.documents()
        && (at == from || window.bytes() + averageBytes() < limits.bytes())) {
      long fitting = (limits.bytes() - window.bytes()) / averageBytes();
      int wanted = (int) Math.max(1, Math.min(batch, fitting));
      int end = Math.min(touched.size(), Math.min(at + wanted, from + limits.documents()));
      while (end < touched.size() && touched.get(end).hash() == touched.get(end - 1).hash()) {
        end++;
      }
      List<Touched> keys = touched.subList(at, end);
      boolean indivisible = keys.get(0).hash() == keys.get(keys.size() - 1).hash();
      long room = indivisible && at == from ? Long.MAX_VALUE : limits.bytes() - window.bytes();
      Optional<List<Found>> found = read(keys, room);
      if (found.isPresent()) {
        long before = window.bytes();
        keys.forEach(window::expect);
        found.get().forEach(one -> window.load(one.run(), one.document()));
        keysRead += keys.size();
        bytesRead += window.bytes() - before;
        at = end;
      } else if (at > from) {
        return at;
      } else {
        // Of what was wanted: keys that follow for their equal hashes would make it no smaller.
        batch = Math.max(1, Math.min(wanted, keys.size()) / 2);
      }
    }
    return at;
  }

  /** What a key came to so far. */
  private long averageBytes() {
    return Math.max(1, bytesRead / Math.max(1, keysRead));
  }

  /**
   * Reads the documents of some keys.
   *
   * @return empty if they, and what entries carry for them, are more bytes than there is room for
   */
  private Optional<List<Found>> read(List<Touched> keys, long room) {
    long[] bytes = {keys.stream().mapToLong(Touched::carried).sum()};
    Map<Integer, Map<DocumentKey, BsonSlice>> byRun = new HashMap<>();
    keys.forEach(
        one -> byRun.computeIfAbsent(one.run(), n -> new HashMap<>()).put(one.key(), one.id()));
    List<Found> all = new ArrayList<>();
    for (Map.Entry<Integer, Map<DocumentKey, BsonSlice>> wanted : byRun.entrySet()) {
      if (bytes[0] > room) {
        return Optional.empty();
      }
      documents.read(
          plan.runs().get(wanted.getKey()).restored(),
          List.copyOf(wanted.getValue().values()),
          found -> {
            // A server may find more than was asked for: patterns, and equal ids.
            if (wanted.getValue().containsKey(DocumentKey.ofDocument(found))) {
              all.add(new Found(wanted.getKey(), found.compact()));
              bytes[0] += found.length();
            }
            return bytes[0] <= room;
          });
    }
    return bytes[0] > room ? Optional.empty() : Optional.of(all);
  }
}
