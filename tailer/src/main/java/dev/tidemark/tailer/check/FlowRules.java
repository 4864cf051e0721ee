package dev.tidemark.tailer.check;

import dev.tidemark.tailer.config.OplogSourceConfig;
import dev.tidemark.tailer.config.OplogSourceKeys;

/** Rules between the connector's own values. */
final class FlowRules {

  private FlowRules() {}

  static void check(OplogSourceConfig config, Problems problems) {
    if (config.pollMaxBytes() > config.queueMaxBytes()) {
      problems.add(
          OplogSourceKeys.POLL_MAX_BYTES,
          "must not exceed "
              + OplogSourceKeys.QUEUE_MAX_BYTES
              + " ("
              + config.queueMaxBytes()
              + "); a right value is "
              + Math.min(config.queueMaxBytes(), 16_777_216));
    }
    if (config.retryBackoffMin().compareTo(config.retryBackoffMax()) > 0) {
      problems.add(
          OplogSourceKeys.RETRY_BACKOFF_MIN_MS,
          "must not exceed "
              + OplogSourceKeys.RETRY_BACKOFF_MAX_MS
              + " ("
              + config.retryBackoffMax().toMillis()
              + "); a right value is 100");
    }
    if (config.username() == null && config.password() != null) {
      problems.add(
          OplogSourceKeys.MONGODB_USERNAME,
          "is missing beside " + OplogSourceKeys.MONGODB_PASSWORD + "; a right value is tidemark");
    }
  }
}
