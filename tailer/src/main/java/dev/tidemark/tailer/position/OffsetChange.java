package dev.tidemark.tailer.position;

import java.util.Map;
import org.apache.kafka.connect.errors.ConnectException;

/** Checks offsets that an operator sets through Connect's REST API. */
public final class OffsetChange {

  private OffsetChange() {}

  /**
   * Accepts what a later start can use: known partitions of the right form, and offsets that parse.
   * A null offset is a reset.
   *
   * @throws ConnectException naming the part that is wrong, with an example of a right one
   */
  public static void check(Map<Map<String, ?>, Map<String, ?>> offsets) {
    offsets.forEach(
        (partition, offset) -> {
          if (!SourcePartition.isValid(partition)) {
            throw new ConnectException(
                "The source partition "
                    + partition
                    + " is not one of this connector. A right one is"
                    + " {\"setId\": \"65aa0f0e6f2b4c0d9e8f7a61\"};"
                    + " GET /connectors/<name>/offsets lists those in use.");
          }
          if (offset != null) {
            checkOffset(offset);
          }
        });
  }

  private static void checkOffset(Map<String, ?> offset) {
    for (String key : offset.keySet()) {
      if (!SourceOffset.knows(key)) {
        throw new ConnectException(
            SourceOffset.invalid(offset, "'" + key + "' is unknown", null).getMessage());
      }
    }
    try {
      SourceOffset.of(offset);
    } catch (RuntimeException e) {
      throw new ConnectException(e.getMessage(), e);
    }
  }
}
