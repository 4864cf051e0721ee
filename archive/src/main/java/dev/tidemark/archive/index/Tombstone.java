package dev.tidemark.archive.index;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidemark.archive.error.ArchiveError;
import dev.tidemark.archive.error.ArchiveException;
import dev.tidemark.archive.store.ObjectStore;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * Segments that no index names any more and that are deleted after a grace, so that a restore that
 * still reads them is not disturbed. Written once and never changed, so that nothing is lost when
 * two runs bury at the same time; it goes when the last of what it names is gone.
 *
 * @param deleteAfter when they may go
 * @param reason why they are no longer needed, for people
 * @param keys the segments
 */
public record Tombstone(Instant deleteAfter, String reason, List<String> keys) {

  private static final int DIGEST_BYTES = 8;

  public Tombstone {
    keys = List.copyOf(keys);
  }

  /** Tells it from tombstones that name other segments: part of its key. */
  public String digest() {
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      keys.stream()
          .sorted()
          .forEach(key -> sha256.update((key + "\n").getBytes(StandardCharsets.UTF_8)));
      return HexFormat.of().formatHex(sha256.digest(), 0, DIGEST_BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /**
   * Its bytes.
   *
   * @param key where they are stored
   */
  public byte[] encode(String key) {
    ObjectNode node = SealedJson.MAPPER.createObjectNode();
    node.put("deleteAfter", deleteAfter.toString());
    node.put("reason", reason);
    ArrayNode array = node.putArray("keys");
    keys.forEach(array::add);
    return SealedJson.write(key, node);
  }

  /**
   * Reads one that was listed; empty if it is gone since, and with it everything that it named.
   *
   * @throws ArchiveException {@code ARCHIVE_OBJECT_CORRUPT} if it is none
   */
  public static Optional<Tombstone> read(ObjectStore store, String key) {
    byte[] json;
    try {
      json = store.read(key);
    } catch (ArchiveException e) {
      // Another run has forgotten it.
      if (e.error() == ArchiveError.ARCHIVE_OBJECT_MISSING) {
        return Optional.empty();
      }
      throw e;
    }
    return Optional.of(decode(key, json, store.location() + "/" + key));
  }

  /**
   * Reads one from its bytes.
   *
   * @param key where they were found
   * @throws ArchiveException {@code ARCHIVE_OBJECT_CORRUPT} if they are not what was written there
   */
  public static Tombstone decode(String key, byte[] json, String where) {
    JsonNode node = SealedJson.read(key, json, "the tombstone", where);
    try {
      List<String> keys = new ArrayList<>();
      node.path("keys").forEach(segment -> keys.add(segment.asText()));
      return new Tombstone(
          Instant.parse(node.path("deleteAfter").asText()), node.path("reason").asText(), keys);
    } catch (DateTimeException e) {
      throw SealedJson.corrupt("the tombstone has no time", where, e);
    }
  }
}
