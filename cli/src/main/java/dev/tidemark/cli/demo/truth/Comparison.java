package dev.tidemark.cli.demo.truth;

import dev.tidemark.archive.digest.CollectionState;
import dev.tidemark.archive.digest.CollectionState.Content;
import dev.tidemark.archive.digest.LogicalState;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonDouble;
import org.bson.BsonValue;

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
      } else {
        difference(canonical(wanted), canonical(found))
            .ifPresent(difference -> differences.add(namespace + ": " + difference));
      }
    }
    return differences;
  }

  private static Optional<String> difference(CollectionState wanted, CollectionState found) {
    if (!wanted.type().equals(found.type())) {
      return Optional.of("is a " + found.type() + " instead of a " + wanted.type());
    }
    if (!wanted.content().equals(found.content())) {
      return Optional.of(describe(found.content()) + " instead of " + describe(wanted.content()));
    }
    if (!wanted.indexes().equals(found.indexes())) {
      return Optional.of("indexes " + found.indexes() + " instead of " + wanted.indexes());
    }
    if (!wanted.options().equals(found.options())) {
      return Optional.of(
          "options " + found.options().toJson() + " instead of " + wanted.options().toJson());
    }
    return Optional.empty();
  }

  /**
   * Options and indexes with all numbers as doubles: servers keep 1, 1.0 and NumberLong(1) alike.
   */
  private static CollectionState canonical(CollectionState state) {
    return new CollectionState(
        state.type(),
        canonical(state.options()),
        state.indexes().stream().map(Comparison::canonical).toList(),
        state.content());
  }

  private static BsonDocument canonical(BsonDocument document) {
    BsonDocument copy = new BsonDocument();
    document.forEach((name, value) -> copy.append(name, canonical(value)));
    return copy;
  }

  private static BsonValue canonical(BsonValue value) {
    if (value.isNumber() && !value.isDecimal128()) {
      return new BsonDouble(value.asNumber().doubleValue());
    }
    if (value.isDocument()) {
      return canonical(value.asDocument());
    }
    if (value.isArray()) {
      return new BsonArray(value.asArray().stream().map(Comparison::canonical).toList());
    }
    return value;
  }

  private static String describe(Optional<Content> content) {
    return content
        .map(c -> c.count() + " documents, " + c.bytes() + " bytes, digest " + c.sorted())
        .orElse("no documents");
  }
}
