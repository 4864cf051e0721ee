package dev.tidemark.cli.demo.truth;

import dev.tidemark.archive.digest.CollectionState;
import dev.tidemark.archive.digest.CollectionState.Content;
import dev.tidemark.archive.digest.LogicalState;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/** Compares what was restored with what the source held, namespace by namespace. */
public final class Comparison {

  private Comparison() {}

  /**
   * The differences, one sentence each; empty if both hold the same.
   *
   * @param expected what the source held
   * @param actual what was restored
   */
  public static List<String> differences(LogicalState expected, LogicalState actual) {
    List<String> differences = new ArrayList<>();
    TreeSet<String> namespaces = new TreeSet<>(expected.namespaces().keySet());
    namespaces.addAll(actual.namespaces().keySet());
    for (String namespace : namespaces) {
      CollectionState wanted = expected.namespaces().get(namespace);
      CollectionState found = actual.namespaces().get(namespace);
      if (found == null) {
        differences.add(namespace + " is missing");
      } else if (wanted == null) {
        differences.add(namespace + " should not exist");
      } else if (!wanted.equals(found)) {
        differences.add(namespace + ": " + difference(wanted, found));
      }
    }
    return differences;
  }

  private static String difference(CollectionState wanted, CollectionState found) {
    if (!wanted.type().equals(found.type())) {
      return "is a " + found.type() + " instead of a " + wanted.type();
    }
    if (!wanted.content().equals(found.content())) {
      return describe(found.content()) + " instead of " + describe(wanted.content());
    }
    if (!wanted.indexes().equals(found.indexes())) {
      return "indexes " + found.indexes() + " instead of " + wanted.indexes();
    }
    return "options " + found.options().toJson() + " instead of " + wanted.options().toJson();
  }

  private static String describe(Optional<Content> content) {
    return content
        .map(c -> c.count() + " documents, " + c.bytes() + " bytes, digest " + c.sorted())
        .orElse("no documents");
  }
}
