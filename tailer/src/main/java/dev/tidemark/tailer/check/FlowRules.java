package dev.tidemark.tailer.check;

import com.mongodb.ConnectionString;
import dev.tidemark.tailer.config.KeyStoreFile;
import dev.tidemark.tailer.config.OplogSourceConfig;
import dev.tidemark.tailer.config.OplogSourceKeys;
import dev.tidemark.tailer.config.RightValue;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

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

  /** Stores that no connection would look at leave everything readable on its way. */
  static void checkTls(OplogSourceConfig config, List<ConnectionString> uris, Problems problems) {
    List<String> stores =
        Stream.of(config.trustStore(), config.keyStore())
            .filter(Objects::nonNull)
            .map(KeyStoreFile::locationKey)
            .toList();
    for (int uri = 0; uri < uris.size() && !stores.isEmpty(); uri++) {
      if (!Boolean.TRUE.equals(uris.get(uri).getSslEnabled())) {
        problems.add(
            OplogSourceKeys.MONGODB_URI,
            "connection string "
                + (uri + 1)
                + " does not switch TLS on, so "
                + String.join(" and ", stores)
                + " would have no effect",
            RightValue.URI_WITH_TLS);
      }
    }
  }
}
