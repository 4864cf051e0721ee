package dev.tidemark.embedded.mongo.wire;

import dev.tidemark.embedded.mongo.bson.RawDocument;
import dev.tidemark.embedded.mongo.bson.RawWriter;

/** An error of the server's protocol: what a command answers with {@code ok: 0}. */
public final class CommandFailure extends RuntimeException {

  /** A write came to a member that is not primary. */
  public static final int NOT_WRITABLE_PRIMARY = 10107;

  private final int code;
  private final String codeName;
  private final transient RawDocument details;

  public CommandFailure(int code, String codeName, String message) {
    this(code, codeName, message, RawDocument.empty());
  }

  private CommandFailure(int code, String codeName, String message, RawDocument details) {
    super(message, null, false, false);
    this.code = code;
    this.codeName = codeName;
    this.details = details;
  }

  public static CommandFailure badValue(String message) {
    return new CommandFailure(2, "BadValue", message);
  }

  public static CommandFailure namespaceNotFound(String message) {
    return new CommandFailure(26, "NamespaceNotFound", message);
  }

  /** For what a real server does and the simulator does not. */
  public static CommandFailure notSupported(String what) {
    return new CommandFailure(
        115, "CommandNotSupported", "not supported yet by the simulator: " + what);
  }

  public static CommandFailure duplicateKey(String namespace, String index, RawDocument pattern) {
    return new CommandFailure(
        11000,
        "DuplicateKey",
        "E11000 duplicate key error collection: " + namespace + " index: " + index + " dup key",
        new RawWriter().document("keyPattern", pattern).done());
  }

  public int code() {
    return code;
  }

  public String codeName() {
    return codeName;
  }

  /** Fields the reply carries besides, such as {@code keyPattern}. */
  public RawDocument details() {
    return details;
  }
}
