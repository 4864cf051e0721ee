package dev.tidemark.monitor.delivery;

import dev.tidemark.schemas.alert.Alert;
import dev.tidemark.schemas.alert.AlertSeverity;
import dev.tidemark.schemas.alert.AlertState;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes alerts to the log, one line each. */
public final class AlertLog {

  private static final Logger LOG = LoggerFactory.getLogger("tidemark.alerts");

  private AlertLog() {}

  public static void write(Alert alert) {
    if (alert.getState() == AlertState.RESOLVED) {
      LOG.info("RESOLVED {} {}: {}", alert.getCode(), alert.getSource(), alert.getMessage());
    } else if (alert.getSeverity() == AlertSeverity.CRITICAL) {
      LOG.error(
          "RAISED {} {}: {}. {}.",
          alert.getCode(),
          alert.getSource(),
          alert.getMessage(),
          alert.getRemedy());
    } else {
      LOG.warn(
          "RAISED {} {}: {}. {}.",
          alert.getCode(),
          alert.getSource(),
          alert.getMessage(),
          alert.getRemedy());
    }
  }
}
