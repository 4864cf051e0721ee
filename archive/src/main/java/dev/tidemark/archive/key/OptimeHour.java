package dev.tidemark.archive.key;

import dev.tidemark.oplog.optime.Optime;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Optional;

/**
 * The hour (UTC) in which optimes lie by their seconds: the archive's folder and the span of one
 * roll-up.
 *
 * @param epochHour hours since the epoch
 */
public record OptimeHour(long epochHour) implements Comparable<OptimeHour> {

  private static final long SECONDS = 3600;
  private static final DateTimeFormatter FOLDER =
      DateTimeFormatter.ofPattern("yyyy/MM/dd/HH").withZone(ZoneOffset.UTC);
  private static final DateTimeFormatter NAME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH").withZone(ZoneOffset.UTC);
  private static final DateTimeFormatter FULL =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm").withZone(ZoneOffset.UTC);

  public static OptimeHour of(Optime optime) {
    return new OptimeHour(optime.seconds() / SECONDS);
  }

  public static OptimeHour of(Instant instant) {
    return new OptimeHour(Math.floorDiv(instant.getEpochSecond(), SECONDS));
  }

  /** The smallest optime of this hour. */
  public Optime first() {
    return Optime.of(epochHour * SECONDS, 0);
  }

  /** Beginning of the hour. */
  public Instant start() {
    return Instant.ofEpochSecond(epochHour * SECONDS);
  }

  public OptimeHour next() {
    return new OptimeHour(epochHour + 1);
  }

  public OptimeHour previous() {
    return new OptimeHour(epochHour - 1);
  }

  /** As part of a key: {@code 2026/11/22/13}. */
  public String folder() {
    return FOLDER.format(start());
  }

  /** As a name: {@code 2026-11-22T13}. */
  public String name() {
    return NAME.format(start());
  }

  /** Reads {@link #name()} back; empty if it is something else. */
  public static Optional<OptimeHour> parseName(String name) {
    try {
      return Optional.of(of(Instant.from(FULL.parse(name + ":00"))));
    } catch (DateTimeParseException e) {
      return Optional.empty();
    }
  }

  @Override
  public int compareTo(OptimeHour other) {
    return Long.compare(epochHour, other.epochHour);
  }

  @Override
  public String toString() {
    return name();
  }
}
