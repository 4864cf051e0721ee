package dev.tidemark.restorer.undo;

import dev.tidemark.oplog.entry.OplogEntry;
import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.oplog.optime.Optime;
import dev.tidemark.restorer.RestorerError;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What a request wants to have left out. In text it is one of
 *
 * <pre>
 *   1705654321:7                                     what takes effect at this optime
 *   1705654321:7..1705654399:1 shop.orders           everything about shop.orders in between
 *   1705654321:7..1705654399:1 shop.orders d         the deletes only
 * </pre>
 *
 * In a cluster of several replica sets, {@code name:} before it says which of them is meant: {@code
 * rs-a:1705654321:7}. A transaction takes effect at the optime of the entry that commits it. Both
 * ends of a range are inclusive. The namespace is {@code db.collection} or {@code db}, and {@code
 * *} stands for any characters; the kind is {@code i}, {@code u}, {@code d}, {@code c} or {@code
 * *}. Immutable.
 */
public sealed interface SkipRule {

  /** The rule as it is written. */
  String text();

  /** The name of the replica set that it is about; empty if it says none. */
  Optional<String> set();

  /** The first optime that it may concern. */
  Optime from();

  /** The last optime that it may concern. */
  Optime to();

  /** Whether it leaves an operation out. */
  boolean matches(OplogEntry operation, Optime effective);

  /**
   * Reads a rule.
   *
   * @throws TidemarkException REQUEST_MALFORMED
   */
  static SkipRule parse(String text) {
    List<String> parts = List.of(text.trim().split("\\s+"));
    Matcher named =
        Pattern.compile("(\\S*[^\\s\\d:.]\\S*):(\\d+:\\d+(\\.\\.\\S*)?)").matcher(parts.get(0));
    Optional<String> set = named.matches() ? Optional.of(named.group(1)) : Optional.empty();
    String time = named.matches() ? named.group(2) : parts.get(0);
    int dots = time.indexOf("..");
    if (dots < 0) {
      if (parts.size() > 1) {
        throw malformed(text, "a namespace goes with a range only");
      }
      return new At(text.trim(), set, optime(text, time));
    }
    if (parts.size() < 2 || parts.size() > 3) {
      throw malformed(text, "a range is followed by a namespace and perhaps a kind of operation");
    }
    Optime from = optime(text, time.substring(0, dots));
    Optime to = optime(text, time.substring(dots + 2));
    if (to.isBefore(from)) {
      throw malformed(text, "the range ends before it begins");
    }
    return new Range(
        String.join(" ", parts),
        set,
        from,
        to,
        pattern(parts.get(1)),
        parts.size() == 2 ? Range.ANY : kind(text, parts.get(2)));
  }

  private static Optime optime(String text, String part) {
    try {
      return Optime.parse(part);
    } catch (IllegalArgumentException e) {
      throw malformed(text, e.getMessage());
    }
  }

  private static String kind(String text, String part) {
    if (!Range.KINDS.containsKey(part)) {
      throw malformed(text, "'" + part + "' is no kind of operation");
    }
    return part;
  }

  /** A database stands for all that is in it, as in include and exclude. */
  private static Pattern pattern(String namespace) {
    String quoted =
        List.of(namespace.split("\\*", -1)).stream()
            .map(Pattern::quote)
            .collect(Collectors.joining(".*"));
    return Pattern.compile(
        namespace.indexOf('.') < 0 ? quoted + "(\\..*)?" : quoted, Pattern.DOTALL);
  }

  private static TidemarkException malformed(String text, String detail) {
    return new TidemarkException(
        RestorerError.REQUEST_MALFORMED,
        "skip holds '" + text + "': " + detail,
        "",
        "Write 'seconds:increment' for an entry or a transaction, or 'from..to namespace kind' with"
            + " the kind i, u, d, c or * for a range, for example '1705654321:7..1705654399:1"
            + " shop.orders d'");
  }

  /**
   * What takes effect at one optime.
   *
   * @param optime of the entry; of a transaction, of the entry that commits it
   */
  record At(String text, Optional<String> set, Optime optime) implements SkipRule {

    @Override
    public Optime from() {
      return optime;
    }

    @Override
    public Optime to() {
      return optime;
    }

    @Override
    public boolean matches(OplogEntry operation, Optime effective) {
      return effective.equals(optime);
    }
  }

  /**
   * Operations of a kind on some namespaces within a time.
   *
   * @param namespace of whole namespaces, as in {@link Subject}
   * @param kind one of the oplog's, or {@link #ANY}
   */
  record Range(
      String text, Optional<String> set, Optime from, Optime to, Pattern namespace, String kind)
      implements SkipRule {

    static final String ANY = "*";

    static final Map<String, String> KINDS =
        Map.of("i", "insert", "u", "update", "d", "delete", "c", "command", ANY, "any");

    @Override
    public boolean matches(OplogEntry operation, Optime effective) {
      return !effective.isBefore(from)
          && !effective.isAfter(to)
          && (kind.equals(ANY) || kind.equals(operation.op()))
          && namespace.matcher(Subject.of(operation).namespace()).matches();
    }
  }
}
