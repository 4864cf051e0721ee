package dev.tidemark.restorer.snapshot;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Names of snapshots: when they began, and for which request. */
final class SnapshotIds {

  private static final DateTimeFormatter SECONDS =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

  private SnapshotIds() {}

  /** For example {@code 20261122T131000Z-1f0c2a9b}; ids sort by time. */
  static String of(Instant startedAt, String requestId) {
    return SECONDS.format(startedAt) + "-" + String.format("%08x", requestId.hashCode());
  }
}
