package dev.tidemark.archive.index;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidemark.archive.error.ArchiveException;
import dev.tidemark.oplog.optime.Optime;
import dev.tidemark.schemas.archive.SegmentIndexEntry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
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

  private static final JsonMapper MAPPER = new JsonMapper();

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

  public byte[] encode() {
    ObjectNode node = MAPPER.createObjectNode();
    ArrayNode array = node.putArray("removed");
    for (RemovedSpan span : spans) {
      array
          .addObject()
          .put("prev", new Optime(span.prevTs()).toString())
          .put("first", new Optime(span.firstTs()).toString())
          .put("last", new Optime(span.lastTs()).toString());
    }
    try {
      return MAPPER
          .writerWithDefaultPrettyPrinter()
          .writeValueAsString(node)
          .getBytes(StandardCharsets.UTF_8);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree can always be written", e);
    }
  }

  /**
   * Reads one.
   *
   * @throws ArchiveException {@code ARCHIVE_OBJECT_CORRUPT} if it is none
   */
  public static RemovedSpans decode(byte[] json, String where) {
    try {
      List<RemovedSpan> spans = new ArrayList<>();
      for (JsonNode span : MAPPER.readTree(json).path("removed")) {
        spans.add(
            new RemovedSpan(optime(span, "prev"), optime(span, "first"), optime(span, "last")));
      }
      return new RemovedSpans(spans);
    } catch (IOException | IllegalArgumentException e) {
      throw ArchiveException.corrupt("the list of removed spans cannot be read", where, e);
    }
  }

  private static long optime(JsonNode span, String field) {
    return Optime.parse(span.path(field).asText()).value();
  }
}
