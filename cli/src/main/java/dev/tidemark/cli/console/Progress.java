package dev.tidemark.cli.console;

import java.util.Locale;

/**
 * One line that tells how far a piece of work is. On a terminal it rewrites itself, elsewhere it is
 * printed again at growing intervals, so that a log does not fill up. Thread-safe.
 */
public final class Progress implements AutoCloseable {

  private static final long REDRAW_MILLIS = 100;
  private static final long FIRST_LINE_MILLIS = 2_000;
  private static final long LONGEST_PAUSE_MILLIS = 60_000;

  private final Console console;
  private final String label;
  private final long started;
  private long total;
  private String unit = "";
  private long done;
  private String detail = "";
  private long lastDraw;
  private long pause;
  private boolean drawn;

  Progress(Console console, String label, long total, long started) {
    this.console = console;
    this.label = label;
    this.total = total;
    this.started = started;
    this.lastDraw = started;
    this.pause = FIRST_LINE_MILLIS;
  }

  /** Sets the units done so far. */
  public void update(long unitsDone) {
    update(unitsDone, "");
  }

  /** Sets the units done so far, of how many, and what they are: for work in several passes. */
  public synchronized void update(long unitsDone, long unitsInAll, String what) {
    total = unitsInAll;
    unit = " " + what;
    update(unitsDone, "");
  }

  /** Sets the units done so far and a short remark behind them. */
  public synchronized void update(long unitsDone, String remark) {
    done = unitsDone;
    detail = remark;
    long now = console.now();
    long wait = console.isTerminal() ? REDRAW_MILLIS : pause;
    if (now - lastDraw >= wait) {
      lastDraw = now;
      pause = Math.min(pause * 2, LONGEST_PAUSE_MILLIS);
      drawn = true;
      console.drawProgress(this);
    }
  }

  synchronized String render() {
    StringBuilder line = new StringBuilder("  ").append(label).append(' ');
    if (total > 0) {
      long percent = Math.min(100, done * 100 / total);
      line.append(String.format(Locale.ROOT, "%,d of %,d%s (%d %%)", done, total, unit, percent));
    } else {
      line.append(String.format(Locale.ROOT, "%,d", done));
    }
    long seconds = (console.now() - started) / 1000;
    if (seconds > 0) {
      line.append(", ").append(seconds).append(" s");
    }
    if (!detail.isEmpty()) {
      line.append(", ").append(detail);
    }
    return line.toString();
  }

  /** Ends the line. Work that was over at once leaves none in a log. */
  @Override
  public synchronized void close() {
    console.endProgress(this, console.isTerminal() || drawn);
  }
}
