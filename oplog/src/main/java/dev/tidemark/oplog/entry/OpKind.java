package dev.tidemark.oplog.entry;

/** The kinds of oplog entries that can be replayed. */
public enum OpKind {
  INSERT,
  UPDATE,
  DELETE,
  COMMAND,
  NOOP;

  /** The kind that an entry's {@code op} names, or null if it is none of these. */
  static OpKind of(String op) {
    return switch (op) {
      case "i" -> INSERT;
      case "u" -> UPDATE;
      case "d" -> DELETE;
      case "c" -> COMMAND;
      case "n" -> NOOP;
      default -> null;
    };
  }
}
