package dev.tidemark.archive.key;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * A replica set as the archive knows it. Two sets may have one name; the id tells them apart.
 *
 * @param name the set's name, for example {@code rs0}
 * @param setId the set's ObjectId, 24 hex digits
 */
public record ReplicaSetRef(String name, String setId) implements Comparable<ReplicaSetRef> {

  private static final int ID_LENGTH = 24;

  public ReplicaSetRef {
    if (name.isEmpty()) {
      throw new IllegalArgumentException("a replica set has a name");
    }
    if (!setId.matches("[0-9a-f]{" + ID_LENGTH + "}")) {
      throw new IllegalArgumentException("not the id of a replica set: '" + setId + "'");
    }
  }

  /** Its folder: {@code rs0-65a9…}. Characters that keys should not have are percent-encoded. */
  public String folder() {
    return encode(name) + "-" + setId;
  }

  /** Reads {@link #folder()} back; empty if it is no such folder. */
  public static Optional<ReplicaSetRef> parseFolder(String folder) {
    int dash = folder.length() - ID_LENGTH - 1;
    if (dash < 1 || folder.charAt(dash) != '-') {
      return Optional.empty();
    }
    try {
      return Optional.of(
          new ReplicaSetRef(
              URLDecoder.decode(
                  folder.substring(0, dash).replace("+", "%2B"), StandardCharsets.UTF_8),
              folder.substring(dash + 1)));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static String encode(String text) {
    StringBuilder encoded = new StringBuilder();
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      char c = (char) (b & 0xFF);
      boolean plain =
          (c >= 'a' && c <= 'z')
              || (c >= 'A' && c <= 'Z')
              || (c >= '0' && c <= '9')
              || c == '_'
              || c == '-'
              || (c == '.' && !encoded.isEmpty());
      if (plain) {
        encoded.append(c);
      } else {
        encoded.append(String.format("%%%02X", (int) c));
      }
    }
    return encoded.toString();
  }

  @Override
  public int compareTo(ReplicaSetRef other) {
    int byName = name.compareTo(other.name);
    return byName != 0 ? byName : setId.compareTo(other.setId);
  }

  @Override
  public String toString() {
    return folder();
  }
}
