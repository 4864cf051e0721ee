package dev.tidemark.cli.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class ProgressTest {

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final SteppedClock clock = new SteppedClock();

  @Test
  void shouldPrintLinesAtGrowingIntervalsWhenItIsNoTerminal() {
    try (Progress progress = console(false).progress("copying", 100)) {
      for (int second = 1; second <= 20; second++) {
        clock.advance(1_000);
        progress.update(second * 5L);
      }
    }
    assertThat(err.toString().lines())
        .containsExactly(
            "  copying 10 of 100 (10 %), 2 s",
            "  copying 30 of 100 (30 %), 6 s",
            "  copying 70 of 100 (70 %), 14 s",
            "  copying 100 of 100 (100 %), 20 s");
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void shouldLeaveNoLineWhenTheWorkIsOverAtOnce() {
    try (Progress progress = console(false).progress("copying", 100)) {
      progress.update(100);
    }
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void shouldRewriteItsLineWhenItIsATerminal() {
    Console console = console(true);
    try (Progress progress = console.progress("copying", -1)) {
      clock.advance(200);
      progress.update(7, "nearly there");
      console.say("a line between");
    }
    assertThat(err.toString()).contains("\r\u001b[2K  copying 7, nearly there");
    assertThat(out.toString()).isEqualToIgnoringNewLines("a line between");
  }

  @Test
  void shouldSayNothingMoreWhenMuted() {
    Console console = console(false);
    console.mute();
    console.say("line");
    console.warn("warning");
    assertThat(out.toString() + err).isEmpty();
  }

  private Console console(boolean terminal) {
    return new Console(
        new PrintWriter(out, true), new PrintWriter(err, true), false, terminal, clock);
  }

  private static final class SteppedClock extends Clock {
    private long now;

    void advance(long millis) {
      now += millis;
    }

    @Override
    public long millis() {
      return now;
    }

    @Override
    public Instant instant() {
      return Instant.ofEpochMilli(now);
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }
}
