package dev.tidemark.archive.dump;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/**
 * The names of a collection's files in a dump directory, without their suffixes.
 *
 * <p>As mongodump does it: the collection's name is escaped like a part of a URL's query, so that
 * {@code a/b c} becomes {@code a%2Fb+c}. A name that is longer than 238 bytes after that is cut to
 * 208, and {@code %24} and the SHA-1 of the unescaped name follow; the metadata file then tells the
 * full name.
 */
public final class CollectionFileName {

  private static final int MAX_LENGTH = 238;
  private static final int CUT_LENGTH = 208;
  private static final String HASH_MARK = "%24";

  private CollectionFileName() {}

  /** The name without a suffix. */
  public static String of(String collection) {
    String escaped = escape(collection);
    return escaped.length() <= MAX_LENGTH
        ? escaped
        : escaped.substring(0, CUT_LENGTH) + HASH_MARK + hash(collection);
  }

  /** The collection that a file is named after; of a cut name only the beginning is right. */
  static String collection(String fileName) {
    try {
      return URLDecoder.decode(fileName, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException notEscaped) {
      // Dumps of the oldest tools have names as they are.
      return fileName;
    }
  }

  private static String escape(String collection) {
    // Java and mongodump differ in what needs no escape: '*' for the one, '~' for the other.
    return URLEncoder.encode(collection, StandardCharsets.UTF_8)
        .replace("*", "%2A")
        .replace("%7E", "~");
  }

  private static String hash(String collection) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-1").digest(collection.getBytes(StandardCharsets.UTF_8));
      return Base64.getUrlEncoder().withoutPadding().encodeToString(digest);
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every Java platform has SHA-1", impossible);
    }
  }
}
