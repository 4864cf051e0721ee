package dev.tidemark.cli.archive;

import java.time.DateTimeException;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Durations such as {@code 24h}, {@code 30d} or {@code PT90M}. */
final class DurationConverter implements ITypeConverter<Duration> {

  private static final Pattern SHORT = Pattern.compile("(\\d{1,9})([smhd])");

  @Override
  public Duration convert(String text) {
    Matcher matcher = SHORT.matcher(text);
    if (matcher.matches()) {
      long amount = Long.parseLong(matcher.group(1));
      return switch (matcher.group(2)) {
        case "s" -> Duration.ofSeconds(amount);
        case "m" -> Duration.ofMinutes(amount);
        case "h" -> Duration.ofHours(amount);
        default -> Duration.ofDays(amount);
      };
    }
    try {
      Duration duration = Duration.parse(text);
      if (!duration.isNegative()) {
        return duration;
      }
    } catch (DateTimeException e) {
      throw refused(text);
    }
    throw refused(text);
  }

  /** A duration as it could have been typed. */
  static String describe(Duration duration) {
    if (!duration.equals(Duration.ofSeconds(duration.toSeconds()))) {
      return duration.toString();
    }
    if (duration.toDays() > 1 && duration.equals(Duration.ofDays(duration.toDays()))) {
      return duration.toDays() + "d";
    }
    if (duration.equals(Duration.ofHours(duration.toHours()))) {
      return duration.toHours() + "h";
    }
    return duration.equals(Duration.ofMinutes(duration.toMinutes()))
        ? duration.toMinutes() + "m"
        : duration.toSeconds() + "s";
  }

  private static TypeConversionException refused(String text) {
    return new TypeConversionException("'" + text + "' is not a duration such as 24h or 30d");
  }
}
