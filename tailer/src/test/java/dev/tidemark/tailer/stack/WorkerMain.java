package dev.tidemark.tailer.stack;

import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.connect.cli.ConnectDistributed;

/** A Connect worker in a JVM of its own; its settings are system properties with a prefix. */
public final class WorkerMain {

  static final String PREFIX = "worker.";

  private WorkerMain() {}

  /**
   * @param args none
   */
  public static void main(String[] args) {
    Map<String, String> config = new HashMap<>();
    System.getProperties()
        .stringPropertyNames()
        .forEach(
            key -> {
              if (key.startsWith(PREFIX)) {
                config.put(key.substring(PREFIX.length()), System.getProperty(key));
              }
            });
    new ConnectDistributed().startConnect(config).awaitStop();
  }
}
