package dev.tidemark.cli.logging;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.FileAppender;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.LoggerFactory;

/**
 * What is logged and where. A command is quiet, services and {@code --verbose} log to standard
 * error, the demo to a file. The environment variable {@code TIDEMARK_LOG_LEVEL} sets the level of
 * what goes to standard error.
 */
public final class Logging {

  private static final String PATTERN =
      "%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX} %-5level [%thread] %logger{36} %msg%n";

  private static final String OWN = "dev.tidemark";

  private Logging() {}

  /**
   * Logs Tidemark's own reports and what worries the libraries to standard error, unless the
   * environment asks for another level.
   */
  public static void service() {
    if (System.getenv("TIDEMARK_LOG_LEVEL") == null) {
      root().setLevel(Level.WARN);
      root().getLoggerContext().getLogger(OWN).setLevel(Level.INFO);
    }
  }

  /**
   * Logs to a file instead of standard error: Tidemark's own reports, and what worries the
   * libraries.
   *
   * @param file created, or appended to; its directory must exist
   * @return what logs as before again when it is closed
   */
  public static AutoCloseable toFile(Path file) {
    Logger root = root();
    LoggerContext context = root.getLoggerContext();
    PatternLayoutEncoder encoder = new PatternLayoutEncoder();
    encoder.setContext(context);
    encoder.setPattern(PATTERN);
    encoder.start();
    FileAppender<ILoggingEvent> appender = new FileAppender<>();
    appender.setContext(context);
    appender.setEncoder(encoder);
    appender.setFile(file.toString());
    appender.start();
    List<Appender<ILoggingEvent>> before = new ArrayList<>();
    root.iteratorForAppenders().forEachRemaining(before::add);
    Level levelBefore = root.getLevel();
    before.forEach(root::detachAppender);
    root.addAppender(appender);
    root.setLevel(Level.WARN);
    context.getLogger(OWN).setLevel(Level.INFO);
    return () -> {
      context.getLogger(OWN).setLevel(null);
      root.setLevel(levelBefore);
      root.detachAppender(appender);
      before.forEach(root::addAppender);
      appender.stop();
    };
  }

  private static Logger root() {
    return (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
  }
}
