package dev.tidemark.archive.snapshot;

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
 * The content of {@code manifest.json}: the format's version, the snapshot, and a SHA-256 over the
 * snapshot's JSON without white space, so that a damaged manifest is noticed.
 */
public final class ManifestJson {

  /** Raised when older versions could no longer read a manifest. */
  public static final int FORMAT_VERSION = 1;

  private static final JsonMapper MAPPER = new JsonMapper();
  private static final String FORMAT = "formatVersion";
  private static final String CHECKSUM = "sha256";
  private static final String SNAPSHOT = "snapshot";

  private ManifestJson() {}

  /** The bytes to store. */
  public static byte[] write(SnapshotManifest manifest) {
    ObjectNode snapshot = new ManifestWriter(MAPPER).write(manifest);
    ObjectNode root = MAPPER.createObjectNode();
    root.put(FORMAT, FORMAT_VERSION);
    root.put(CHECKSUM, checksum(snapshot));
    root.set(SNAPSHOT, snapshot);
    try {
      return (MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(root) + "\n")
          .getBytes(StandardCharsets.UTF_8);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree can always be written", e);
    }
  }

  /**
   * Reads what {@link #write} wrote.
   *
   * @param where for messages
   * @throws ArchiveException {@code ARCHIVE_OBJECT_CORRUPT} or {@code ARCHIVE_FORMAT_UNKNOWN}
   */
  public static SnapshotManifest read(byte[] json, String where) {
    JsonNode root;
    try {
      root = MAPPER.readTree(json);
    } catch (IOException e) {
      throw ArchiveException.corrupt("the manifest is not JSON", where, e);
    }
    int version = root.path(FORMAT).asInt(-1);
    if (version != FORMAT_VERSION) {
      throw new ArchiveException(
          ArchiveError.ARCHIVE_FORMAT_UNKNOWN,
          "the manifest has format " + root.path(FORMAT) + ", this version knows " + FORMAT_VERSION,
          where,
          "Use the version of Tidemark that wrote it, or a newer one");
    }
    JsonNode snapshot = root.path(SNAPSHOT);
    if (!checksum(snapshot).equals(root.path(CHECKSUM).asText())) {
      throw ArchiveException.corrupt("the manifest fails its checksum", where, null);
    }
    try {
      return new ManifestReader().read(snapshot);
    } catch (RuntimeException e) {
      // The checksum is right, so whoever wrote it meant something else.
      throw new ArchiveException(
          ArchiveError.ARCHIVE_FORMAT_UNKNOWN,
          "the manifest has another form than this version knows: " + e.getMessage(),
          where,
          "Use the version of Tidemark that wrote it, or a newer one",
          e);
    }
  }

  private static String checksum(JsonNode snapshot) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256").digest(MAPPER.writeValueAsBytes(snapshot)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree can always be written", e);
    }
  }
}
