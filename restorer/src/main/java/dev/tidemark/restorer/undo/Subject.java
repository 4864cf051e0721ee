package dev.tidemark.restorer.undo;

import dev.tidemark.oplog.bson.BsonCursor;
import dev.tidemark.oplog.bson.BsonTag;
import dev.tidemark.oplog.entry.OplogEntry;
import dev.tidemark.oplog.error.TidemarkException;
import java.util.Set;

/**
 * What an operation is about.
 *
 * @param namespace the collection or view, by its name at that moment, also for commands, which are
 *     logged under {@code db.$cmd}; of a command about a whole database, the database
 * @param operation {@code insert}, {@code update}, {@code delete}, or the command's name
 */
record Subject(String namespace, String operation) {

  /** Commands that name their collection together with its database. */
  private static final Set<String> WHOLE_NAMES =
      Set.of("renameCollection", "importCollection", "truncateRange");

  static Subject of(OplogEntry operation) {
    return switch (operation.kind()) {
      case INSERT -> new Subject(operation.namespace(), "insert");
      case UPDATE -> new Subject(operation.namespace(), "update");
      case DELETE -> new Subject(operation.namespace(), "delete");
      case NOOP -> new Subject(operation.namespace(), "noop");
      case COMMAND -> ofCommand(operation);
    };
  }

  private static Subject ofCommand(OplogEntry entry) {
    String database = database(entry.namespace());
    try {
      BsonCursor command = entry.o().cursor();
      if (!command.next()) {
        return new Subject(database, "");
      }
      String name = command.name();
      if (command.tag() != BsonTag.STRING) {
        return new Subject(database, name);
      }
      String about = command.string();
      return new Subject(WHOLE_NAMES.contains(name) ? about : database + "." + about, name);
    } catch (TidemarkException e) {
      throw entry.located(e);
    }
  }

  /** The database of a namespace, or the whole if it has no dot. */
  static String database(String namespace) {
    int dot = namespace.indexOf('.');
    return dot < 0 ? namespace : namespace.substring(0, dot);
  }

  @Override
  public String toString() {
    return operation + " of " + namespace;
  }
}
