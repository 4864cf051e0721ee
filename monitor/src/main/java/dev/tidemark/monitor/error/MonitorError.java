package dev.tidemark.monitor.error;

import dev.tidemark.oplog.error.ErrorCode;

/** What can go wrong in the monitor itself. What it finds elsewhere are alerts. */
public enum MonitorError implements ErrorCode {
  /** The address for metrics and health cannot be listened on. */
  MONITOR_ADDRESS_IN_USE,
  /** A service that an alert or an endpoint is sent to did not accept it. */
  MONITOR_DELIVERY_REFUSED,
  /** An endpoint could not be written to where clients read it. */
  MONITOR_ENDPOINT_NOT_UPDATED,
  /** The monitor stopped by itself. */
  MONITOR_FAILED
}
