package dev.tidemark.tailer.event;

import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

/** The text form of collections' UUIDs, which come again and again. Not thread-safe. */
final class NameCache {

  private static final int MAX = 4096;

  private final Map<UUID, String> texts = new HashMap<>();
  private UUID lastId;
  private String lastText;

  /** The text form, or null for null. */
  String text(UUID id) {
    if (id == null) {
      return null;
    }
    if (!id.equals(lastId)) {
      if (texts.size() >= MAX) {
        texts.clear();
      }
      lastText = texts.computeIfAbsent(id, UUID::toString);
      lastId = id;
    }
    return lastText;
  }
}
