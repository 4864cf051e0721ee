package dev.tidemark.restorer.restore;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Request ids may hold what the name of a file or of an object should not. One that may be such a
 * name is taken as it is; of another one the name ends with a part of its SHA-256, so that no two
 * requests share a name: {@code night/2} becomes {@code night_2-ea903a62}.
 */
public final class FileNames {

  /** File systems allow 255 bytes, and suffixes follow. */
  private static final int LONGEST = 160;

  private static final int HASH_BYTES = 4;

  private FileNames() {}

  public static String of(String requestId) {
    String name = requestId.replaceAll("[^A-Za-z0-9._-]", "_");
    if (name.startsWith(".")) {
      name = "_" + name;
    }
    if (name.length() > LONGEST) {
      name = name.substring(0, LONGEST);
    }
    return name.equals(requestId) ? name : name + "-" + hash(requestId);
  }

  private static String hash(String requestId) {
    try {
      byte[] sha256 =
          MessageDigest.getInstance("SHA-256").digest(requestId.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(sha256, 0, HASH_BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
