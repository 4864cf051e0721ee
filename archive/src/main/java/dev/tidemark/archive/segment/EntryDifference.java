package dev.tidemark.archive.segment;

import dev.tidemark.schemas.archive.SegmentIndexEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.apache.avro.Schema.Field;

/** Names the fields in which two index entries differ. */
public final class EntryDifference {

  /** Their values are too long to print. */
  private static final Set<String> BULKY =
      Set.of("contentSha256", "blocks", "namespaces", "otherNamespaces");

  private EntryDifference() {}

  /**
   * For messages: {@code lastTs 5 instead of 7, contentSha256}; empty if they are equal. Block
   * offsets count only if {@code expected} has some: roll-ups leave them out.
   */
  public static String describe(SegmentIndexEntry expected, SegmentIndexEntry found) {
    List<String> differences = new ArrayList<>();
    for (Field field : SegmentIndexEntry.getClassSchema().getFields()) {
      Object one = expected.get(field.pos());
      Object other = found.get(field.pos());
      boolean leftOut = field.name().equals("blocks") && expected.getBlocks().isEmpty();
      if (!leftOut && !Objects.equals(one, other)) {
        differences.add(
            BULKY.contains(field.name())
                ? field.name()
                : field.name() + " " + other + " instead of " + one);
      }
    }
    return String.join(", ", differences);
  }
}
