package dev.tidemark.monitor.connect;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A task of the connector as Connect tells of it.
 *
 * @param connector its name
 * @param task its number
 * @param state {@code RUNNING}, {@code FAILED}, {@code PAUSED}, {@code UNASSIGNED}, …
 * @param trace what a failed task failed with; empty otherwise
 */
record TaskState(String connector, int task, String state, String trace) {

  private static final Pattern CODE = Pattern.compile("TAILER_[A-Z_]+");

  /** Example: {@code oplog/0}. */
  static String name(String connector, int task) {
    return connector + "/" + task;
  }

  String name() {
    return name(connector, task);
  }

  boolean failed() {
    return state.equals("FAILED");
  }

  boolean running() {
    return state.equals("RUNNING");
  }

  /** The tailer's error code; empty if the failure is Connect's own. */
  Optional<String> code() {
    Matcher code = CODE.matcher(reason());
    return code.find() ? Optional.of(code.group()) : Optional.empty();
  }

  /** The first line of the trace without the name of the exception. */
  String reason() {
    String line = trace.lines().findFirst().orElse("");
    int colon = line.indexOf(": ");
    return colon < 0 ? line : line.substring(colon + 2);
  }
}
