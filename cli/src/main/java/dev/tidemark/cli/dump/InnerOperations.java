package dev.tidemark.cli.dump;

import dev.tidemark.oplog.bson.BsonCursor;
import dev.tidemark.oplog.bson.BsonTag;
import dev.tidemark.oplog.entry.OplogEntry;
import java.util.ArrayList;
import java.util.List;

/** The operations inside an {@code applyOps} entry. */
final class InnerOperations {

  private InnerOperations() {}

  /** The operations, one level down; none if the entry is of another kind. */
  static List<OplogEntry> of(OplogEntry entry) {
    if (!entry.op().equals("c")) {
      return List.of();
    }
    BsonCursor command = entry.o().cursor();
    if (!command.next() || !command.nameIs("applyOps") || command.tag() != BsonTag.ARRAY) {
      return List.of();
    }
    List<OplogEntry> operations = new ArrayList<>();
    BsonCursor operation = command.document().cursor();
    while (operation.next()) {
      operations.add(entry.inner(operation.object()));
    }
    return operations;
  }
}
