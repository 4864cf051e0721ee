package dev.tidemark.cli.dump;

import dev.tidemark.oplog.bson.BsonCursor;
import dev.tidemark.oplog.bson.BsonTag;
import dev.tidemark.oplog.entry.OplogEntry;
import dev.tidemark.oplog.optime.Optime;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Chooses oplog entries. */
final class EntryFilter {

  private final List<Pattern> namespaces;
  private final Set<String> kinds;
  private final Optime from;
  private final Optime to;

  /**
   * @param namespaces patterns in which {@code *} stands for any characters; empty for all
   * @param kinds values of {@code op}; empty for all
   * @param from the first optime
   * @param to the last optime
   */
  EntryFilter(List<String> namespaces, Set<String> kinds, Optime from, Optime to) {
    this.namespaces = namespaces.stream().map(EntryFilter::pattern).toList();
    this.kinds = Set.copyOf(kinds);
    this.from = from;
    this.to = to;
  }

  private static Pattern pattern(String text) {
    return Pattern.compile(
        List.of(text.split("\\*", -1)).stream()
            .map(Pattern::quote)
            .collect(Collectors.joining(".*")),
        Pattern.DOTALL);
  }

  boolean accepts(OplogEntry entry) {
    return !entry.optime().isBefore(from)
        && !entry.optime().isAfter(to)
        && (kinds.isEmpty() || kinds.contains(entry.op()))
        && (namespaces.isEmpty() || touches(entry));
  }

  /** Operations of a transaction stand inside an entry of another namespace. */
  private boolean touches(OplogEntry entry) {
    if (matches(entry.namespace()) || matches(commandNamespace(entry))) {
      return true;
    }
    for (OplogEntry inner : InnerOperations.of(entry)) {
      if (touches(inner)) {
        return true;
      }
    }
    return false;
  }

  /** The collection that a command such as {@code create} is about. */
  private static String commandNamespace(OplogEntry entry) {
    if (!entry.op().equals("c")) {
      return entry.namespace();
    }
    BsonCursor command = entry.o().cursor();
    if (!command.next() || command.tag() != BsonTag.STRING) {
      return entry.namespace();
    }
    String value = command.string();
    if (command.nameIs("renameCollection")) {
      return value;
    }
    int dot = entry.namespace().indexOf('.');
    return (dot < 0 ? entry.namespace() : entry.namespace().substring(0, dot)) + "." + value;
  }

  private boolean matches(String namespace) {
    return namespaces.stream().anyMatch(pattern -> pattern.matcher(namespace).matches());
  }
}
