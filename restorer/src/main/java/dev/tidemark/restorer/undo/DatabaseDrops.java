package dev.tidemark.restorer.undo;

import dev.tidemark.oplog.entry.OplogEntry;
import dev.tidemark.oplog.optime.Optime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Which drops belong to which {@code dropDatabase}. A server drops every collection by an entry of
 * its own, views with {@code system.views}, before it logs the drop of the database, and lets
 * nobody else into the database meanwhile. So the drops right before it, with nothing else on that
 * database in between, are its. Not thread-safe.
 */
final class DatabaseDrops {

  private static final String VIEWS = ".system.views";

  /**
   * A drop that may turn out to belong to one of a database.
   *
   * @param leftOut whether it is left out on its own account
   */
  record Drop(Subject subject, Optime optime, boolean leftOut) {}

  private final Map<String, List<Drop>> open = new HashMap<>();

  /** Whether an operation ends a collection or a view. */
  static boolean isDrop(OplogEntry operation) {
    return switch (operation.kind()) {
      case COMMAND -> Subject.of(operation).operation().equals("drop");
      case DELETE -> operation.namespace().endsWith(VIEWS);
      case INSERT, UPDATE, NOOP -> false;
    };
  }

  /**
   * Follows an operation.
   *
   * @param leftOut whether a rule leaves it out
   * @return what belongs to it, if it drops a database, in order; else nothing
   */
  List<Drop> follow(OplogEntry operation, Optime effective, boolean leftOut) {
    boolean drop = isDrop(operation);
    if (open.isEmpty() && !drop) {
      return List.of();
    }
    Subject subject = Subject.of(operation);
    String database = Subject.database(subject.namespace());
    if (drop) {
      open.computeIfAbsent(database, first -> new ArrayList<>())
          .add(new Drop(subject, effective, leftOut));
      return List.of();
    }
    List<Drop> before = open.remove(database);
    return before != null && subject.operation().equals("dropDatabase") ? before : List.of();
  }
}
