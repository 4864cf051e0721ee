package dev.tidemark.archive.index;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidemark.archive.error.ArchiveException;
import dev.tidemark.oplog.optime.Optime;
import dev.tidemark.schemas.archive.SegmentIndexEntry;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/**
 * What retention took out of a set's chain, so that a hole it made is told from a loss. Immutable.
 *
 * @param spans oldest first, none touching the next
 */
public record RemovedSpans(List<RemovedSpan> spans) {

  public static final RemovedSpans NONE = new RemovedSpans(List.of());

  public RemovedSpans {
    spans = List.copyOf(spans);
  }

  /** Whether everything after one entry and before another was removed, and nothing else. */
  public boolean explains(long lastTs, long prevTs) {
    return spans.stream().anyMatch(span -> span.prevTs() == lastTs && span.lastTs() == prevTs);
  }

  /**
   * With more segments removed.
   *
   * @param oldestKept what lies before this optime altogether needs no explanation and is forgotten
   */
  public RemovedSpans plus(Collection<SegmentIndexEntry> removed, Optime oldestKept) {
    List<RemovedSpan> all = new ArrayList<>(spans);
    removed.forEach(entry -> all.add(RemovedSpan.of(entry)));
    all.sort(Comparator.comparing(RemovedSpan::firstTs, Long::compareUnsigned));
    List<RemovedSpan> merged = new ArrayList<>();
    for (RemovedSpan span : all) {
      RemovedSpan before = merged.isEmpty() ? null : merged.get(merged.size() - 1);
      if (before != null && before.lastTs() == span.prevTs()) {
        merged.set(
            merged.size() - 1, new RemovedSpan(before.prevTs(), before.firstTs(), span.lastTs()));
      } else if (before == null || Long.compareUnsigned(span.lastTs(), before.lastTs()) > 0) {
        merged.add(span);
      }
    }
    merged.removeIf(span -> new Optime(span.lastTs()).isBefore(oldestKept));
    return new RemovedSpans(merged);
  }

  /**
   * Its bytes.
   *
   * @param key where they are stored
   */
  public byte[] encode(String key) {
    ObjectNode node = SealedJson.MAPPER.createObjectNode();
    ArrayNode array = node.putArray("removed");
    for (RemovedSpan span : spans) {
      array
          .addObject()
          .put("prev", new Optime(span.prevTs()).toString())
          .put("first", new Optime(span.firstTs()).toString())
          .put("last", new Optime(span.lastTs()).toString());
    }
    return SealedJson.write(key, node);
  }

  /**
   * Reads one.
   *
   * @param key where it was found
   * @throws ArchiveException {@code ARCHIVE_OBJECT_CORRUPT} if it is not what was written there
   */
  public static RemovedSpans decode(String key, byte[] json, String where) {
    try {
      List<RemovedSpan> spans = new ArrayList<>();
      for (JsonNode span :
          SealedJson.read(key, json, "the list of removed spans", where).path("removed")) {
        spans.add(
            new RemovedSpan(optime(span, "prev"), optime(span, "first"), optime(span, "last")));
      }
      return new RemovedSpans(spans);
    } catch (IllegalArgumentException e) {
      throw SealedJson.corrupt("the list of removed spans has no optimes", where, e);
    }
  }

  private static long optime(JsonNode span, String field) {
    return Optime.parse(span.path(field).asText()).value();
  }
}
