package dev.tidemark.cli.logging;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.FileAppender;
import java.nio.file.Path;
import org.slf4j.LoggerFactory;

/**
 * What is logged and where. A command is quiet, services and {@code --verbose} log to standard
 * error, the demo to a file. The environment variable {@code TIDEMARK_LOG_LEVEL} sets the level of
 * what goes to standard error.
 */
public final class Logging {

  private static final String PATTERN =
      "%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX} %-5level [%thread] %logger{36} %msg%n";

  private Logging() {}

  /**
   * Logs what a service reports to standard error, unless the environment asks for another level.
   */
  public static void service() {
    if (System.getenv("TIDEMARK_LOG_LEVEL") == null) {
      root().setLevel(Level.INFO);
    }
  }

  /**
   * Logs to a file instead of standard error.
   *
   * @param file created with its content appended; its directory must exist
   */
  public static void toFile(Path file) {
    LoggerContext context = root().getLoggerContext();
    PatternLayoutEncoder encoder = new PatternLayoutEncoder();
    encoder.setContext(context);
    encoder.setPattern(PATTERN);
    encoder.start();
    FileAppender<ILoggingEvent> appender = new FileAppender<>();
    appender.setContext(context);
    appender.setEncoder(encoder);
    appender.setFile(file.toString());
    appender.start();
    root().detachAndStopAllAppenders();
    root().addAppender(appender);
    root().setLevel(Level.INFO);
  }

  private static Logger root() {
    return (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
  }
}
