package dev.tidemark.cli.job;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.random.RandomGenerator;

/** Ids for requests of which nobody chose one. */
final class RequestIds {

  private static final DateTimeFormatter SECONDS =
      DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss", Locale.ROOT).withZone(ZoneOffset.UTC);

  private RequestIds() {}

  /** For example {@code restore-20261122-131000-1f0c}. */
  static String make(String kind, Instant now, RandomGenerator random) {
    return kind + "-" + SECONDS.format(now) + "-" + String.format("%04x", random.nextInt(1 << 16));
  }
}
