package dev.tidemark.tailer.config;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a connector's configuration should tell Connect's producer, because Kafka's defaults are
 * made for smaller messages. The plugin's {@code connector.json} says the same.
 */
public final class RecommendedOverrides {

  /** Full keys, as they stand in a connector's configuration, with their values. */
  public static final Map<String, String> PRODUCER = Collections.unmodifiableMap(producer());

  private RecommendedOverrides() {}

  private static Map<String, String> producer() {
    Map<String, String> overrides = new LinkedHashMap<>();
    // An entry of 16 MiB and 16 KiB, its fields and the frames around it.
    overrides.put("producer.override.max.request.size", Integer.toString(18 << 20));
    // What a killed worker left open keeps the next one from starting for this long.
    overrides.put("producer.override.transaction.timeout.ms", "15000");
    overrides.put("producer.override.compression.type", "lz4");
    overrides.put("producer.override.linger.ms", "5");
    overrides.put("producer.override.batch.size", Integer.toString(1 << 20));
    // The first record of a transaction is turned away until the one before is wound up, which
    // takes
    // a few milliseconds; Kafka's default is to come back after 100.
    overrides.put("producer.override.retry.backoff.ms", "10");
    return overrides;
  }
}
