package dev.tidemark.monitor.connect;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A task of a connector, or the connector itself, as Connect tells of it.
 *
 * @param connector the connector's name
 * @param task the task's number, or {@link #CONNECTOR}
 * @param state {@code RUNNING}, {@code FAILED}, {@code PAUSED}, {@code UNASSIGNED}, …
 * @param trace what it failed with; empty if it has not
 */
record TaskState(String connector, int task, String state, String trace) {

  /** In the place of a task's number: the connector, which finds the sets for the tasks. */
  static final int CONNECTOR = -1;

  private static final Pattern CODE = Pattern.compile("TAILER_[A-Z_]+");

  /** Examples: {@code oplog/0}, {@code oplog/connector}. */
  static String name(String connector, int task) {
    return connector + "/" + (task == CONNECTOR ? "connector" : task);
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
