package dev.tidemark.cli.demo;

import java.time.Duration;

/** How long the demo waits for its parts before it gives up. */
final class DemoTimes {

  /** For something that takes a moment on an idle machine. */
  static final Duration SOON = Duration.ofSeconds(60);

  /** For a snapshot or a restore. */
  static final Duration JOB = Duration.ofSeconds(120);

  /** Segments close this soon, so that a short demo makes several. */
  static final Duration SEGMENT_WINDOW = Duration.ofSeconds(3);

  private DemoTimes() {}
}
