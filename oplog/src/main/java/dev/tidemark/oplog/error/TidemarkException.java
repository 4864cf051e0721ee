package dev.tidemark.oplog.error;

import java.util.Objects;

/**
 * A failure that a person will read: a stable code, what happened, where, and what to do about it.
 *
 * <p>The parts never carry secrets. Retrying, if it helps, is decided by {@link #code()}.
 */
public class TidemarkException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final transient ErrorCode code;
  private final String reason;
  private final String where;
  private final String remedy;

  /**
   * @param code the stable code
   * @param reason what happened, one sentence without a final full stop
   * @param where replica set, optime, object key, topic-partition-offset or file; empty if it is
   *     nowhere in particular
   * @param remedy what to do next, one sentence without a final full stop
   */
  public TidemarkException(ErrorCode code, String reason, String where, String remedy) {
    this(code, reason, where, remedy, null);
  }

  public TidemarkException(
      ErrorCode code, String reason, String where, String remedy, Throwable cause) {
    super(message(code, reason, where, remedy), cause);
    this.code = code;
    this.reason = reason;
    this.where = where;
    this.remedy = remedy;
  }

  private static String message(ErrorCode code, String reason, String where, String remedy) {
    Objects.requireNonNull(code, "code");
    StringBuilder message = new StringBuilder(code.name()).append(": ").append(reason);
    if (!where.isEmpty()) {
      message.append(" (").append(where).append(')');
    }
    if (!remedy.isEmpty()) {
      message.append(". ").append(remedy).append('.');
    }
    return message.toString();
  }

  public ErrorCode code() {
    return code;
  }

  public String reason() {
    return reason;
  }

  public String where() {
    return where;
  }

  public String remedy() {
    return remedy;
  }
}
