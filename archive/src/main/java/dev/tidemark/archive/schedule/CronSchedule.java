package dev.tidemark.archive.schedule;

import com.cronutils.model.CronType;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.model.time.ExecutionTime;
import com.cronutils.parser.CronParser;
import dev.tidemark.oplog.error.ErrorCode;
import dev.tidemark.oplog.error.TidemarkException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Optional;

/** When something is due, by a cron expression of five fields in UTC. Immutable. */
public final class CronSchedule {

  /** Never due. */
  public static final String NONE = "none";

  private final Optional<ExecutionTime> times;

  /**
   * @param setting its name in the configuration, for messages
   * @param invalid what it is called if the expression is none
   * @throws TidemarkException if the expression is none
   */
  public CronSchedule(String expression, String setting, ErrorCode invalid) {
    if (expression.strip().equals(NONE)) {
      this.times = Optional.empty();
      return;
    }
    try {
      this.times =
          Optional.of(
              ExecutionTime.forCron(
                  new CronParser(CronDefinitionBuilder.instanceDefinitionFor(CronType.UNIX))
                      .parse(expression)
                      .validate()));
    } catch (IllegalArgumentException e) {
      throw new TidemarkException(
          invalid,
          "'" + expression + "' is no cron expression: " + e.getMessage(),
          setting,
          "Use five fields in UTC, for example '0 2 * * *' for two o'clock every night, or 'none'",
          e);
    }
  }

  /** The first time after another one; empty if it is never due again. */
  public Optional<Instant> next(Instant after) {
    return times
        .flatMap(time -> time.nextExecution(ZonedDateTime.ofInstant(after, ZoneOffset.UTC)))
        .map(ZonedDateTime::toInstant);
  }
}
