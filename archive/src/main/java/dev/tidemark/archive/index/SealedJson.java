package dev.tidemark.archive.index;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidemark.archive.error.ArchiveError;
import dev.tidemark.archive.error.ArchiveException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A small JSON object with the key that it is stored under and a SHA-256 over both, so that a
 * damaged or a swapped one is noticed: {@code {"key": …, "sha256": …, "content": {…}}}.
 */
final class SealedJson {

  static final JsonMapper MAPPER = new JsonMapper();

  private static final String KEY = "key";
  private static final String CHECKSUM = "sha256";
  private static final String CONTENT = "content";

  private SealedJson() {}

  static byte[] write(String key, ObjectNode content) {
    ObjectNode root = MAPPER.createObjectNode();
    root.put(KEY, key);
    root.put(CHECKSUM, checksum(key, content));
    root.set(CONTENT, content);
    try {
      return MAPPER
          .writerWithDefaultPrettyPrinter()
          .writeValueAsString(root)
          .getBytes(StandardCharsets.UTF_8);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree can always be written", e);
    }
  }

  /**
   * The content of one.
   *
   * @param key where it was found
   * @param what it should be, for messages
   * @throws ArchiveException {@code ARCHIVE_OBJECT_CORRUPT} if it is not as it was written there
   */
  static JsonNode read(String key, byte[] json, String what, String where) {
    JsonNode root;
    try {
      root = MAPPER.readTree(json);
    } catch (IOException e) {
      throw corrupt(what + " is not JSON", where, e);
    }
    JsonNode content = root.path(CONTENT);
    String named = root.path(KEY).asText();
    if (!checksum(named, content).equals(root.path(CHECKSUM).asText())) {
      throw corrupt(what + " fails its checksum", where, null);
    }
    if (!named.equals(key)) {
      throw corrupt(what + " belongs at " + named, where, null);
    }
    return content;
  }

  static ArchiveException corrupt(String problem, String where, Throwable cause) {
    return new ArchiveException(
        ArchiveError.ARCHIVE_OBJECT_CORRUPT,
        problem,
        where,
        "Run tidemark retention, which decides anew what it was about and writes it again, or bring"
            + " the object back from a copy or a version of the bucket",
        cause);
  }

  private static String checksum(String key, JsonNode content) {
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      sha256.update((key + "\n").getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(sha256.digest(MAPPER.writeValueAsBytes(content)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree can always be written", e);
    }
  }
}
