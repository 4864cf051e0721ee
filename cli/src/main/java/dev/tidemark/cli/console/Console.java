package dev.tidemark.cli.console;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.PrintWriter;
import java.time.Clock;
import java.util.Locale;
import java.util.Map;

/**
 * Where a command writes.
 *
 * <p>Lines for people go to standard output and progress to standard error. With {@code --json}
 * everything for people goes to standard error, and standard output receives exactly one JSON
 * object, given to {@link #result}. Thread-safe.
 */
public final class Console {

  private static final ObjectMapper JSON =
      new ObjectMapper().configure(SerializationFeature.INDENT_OUTPUT, true);

  private final PrintWriter out;
  private final PrintWriter err;
  private final boolean json;
  private final boolean terminal;
  private final Clock clock;
  private Progress active;
  private boolean muted;

  /**
   * @param out standard output
   * @param err standard error
   * @param json whether standard output is reserved for the one JSON object
   * @param terminal whether standard error is a terminal, where progress rewrites its own line
   * @param clock paces the progress lines
   */
  public Console(PrintWriter out, PrintWriter err, boolean json, boolean terminal, Clock clock) {
    this.out = out;
    this.err = err;
    this.json = json;
    this.terminal = terminal;
    this.clock = clock;
  }

  public boolean isJson() {
    return json;
  }

  /** Writes nothing more, whatever is said: the command is being ended from outside. */
  public synchronized void mute() {
    clearProgress();
    active = null;
    muted = true;
  }

  /** Writes a line for people. */
  public synchronized void say(String line) {
    if (muted) {
      return;
    }
    clearProgress();
    PrintWriter writer = json ? err : out;
    writer.println(line);
    writer.flush();
    redrawProgress();
  }

  /** Writes a formatted line for people. */
  public void say(String format, Object... args) {
    say(String.format(Locale.ROOT, format, args));
  }

  /** Writes a line to standard error that tells of a risk or a failure. */
  public synchronized void warn(String line) {
    if (muted) {
      return;
    }
    clearProgress();
    err.println(line);
    err.flush();
    redrawProgress();
  }

  /**
   * Shows how far a piece of work is, until it is closed.
   *
   * @param label what is going on, for example {@code "restoring"}
   * @param total units in all; -1 if unknown
   */
  public synchronized Progress progress(String label, long total) {
    active = new Progress(this, label, total, clock.millis());
    redrawProgress();
    return active;
  }

  /**
   * The result as data. Printed only with {@code --json}.
   *
   * @param object members in the order of iteration; values that Jackson can write
   */
  public synchronized void result(Map<String, ?> object) {
    if (!json || muted) {
      return;
    }
    try {
      out.println(JSON.writeValueAsString(object));
      out.flush();
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("result cannot be written as JSON: " + object.keySet(), e);
    }
  }

  long now() {
    return clock.millis();
  }

  boolean isTerminal() {
    return terminal;
  }

  synchronized void drawProgress(Progress progress) {
    if (progress != active) {
      return;
    }
    if (terminal) {
      clearProgress();
      redrawProgress();
    } else {
      err.println(progress.render());
      err.flush();
    }
  }

  synchronized void endProgress(Progress progress, boolean leaveLine) {
    if (progress != active) {
      return;
    }
    clearProgress();
    active = null;
    if (leaveLine) {
      err.println(progress.render());
      err.flush();
    }
  }

  private void clearProgress() {
    if (active != null && terminal) {
      err.print("\r\u001b[2K");
      err.flush();
    }
  }

  private void redrawProgress() {
    if (active != null && terminal) {
      err.print(active.render());
      err.flush();
    }
  }
}
