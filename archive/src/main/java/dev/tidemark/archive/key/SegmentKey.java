package dev.tidemark.archive.key;

import dev.tidemark.oplog.optime.Optime;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the key of a segment tells.
 *
 * @param set whose segment it is
 * @param first first optime
 * @param compactedTo last optime of a segment that replaces several; empty for one that the
 *     archiver wrote
 * @param key the key itself
 */
public record SegmentKey(
    ReplicaSetRef set, Optime first, Optional<Optime> compactedTo, String key) {

  private static final Pattern FORM =
      Pattern.compile(
          "[^/]+/oplog/([^/]+)/\\d{4}/\\d{2}/\\d{2}/\\d{2}/([0-9a-f]{16})(?:-([0-9a-f]{16}))?\\.avro");

  /** Reads a key; empty if it is not a segment's, as a temporary file of a store would be. */
  public static Optional<SegmentKey> parse(String key) {
    Matcher matcher = FORM.matcher(key);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    return ReplicaSetRef.parseFolder(matcher.group(1))
        .map(
            set ->
                new SegmentKey(
                    set,
                    optime(matcher.group(2)),
                    Optional.ofNullable(matcher.group(3)).map(SegmentKey::optime),
                    key));
  }

  private static Optime optime(String hex) {
    return new Optime(Long.parseUnsignedLong(hex, 16));
  }

  /** Whether it replaces several segments. */
  public boolean isCompacted() {
    return compactedTo.isPresent();
  }

  /** The hour whose folder holds it. */
  public OptimeHour hour() {
    return OptimeHour.of(first);
  }
}
