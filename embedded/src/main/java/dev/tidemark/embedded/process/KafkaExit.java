package dev.tidemark.embedded.process;

import dev.tidemark.embedded.stack.StackException;
import org.apache.kafka.common.utils.Exit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps Kafka's servers, which are made for a JVM of their own, from ending the JVM they share with
 * the demo or a test: where they would exit or halt, an exception is thrown on their thread
 * instead.
 */
public final class KafkaExit {

  private static final Logger LOG = LoggerFactory.getLogger(KafkaExit.class);

  private KafkaExit() {}

  /** Turns exit and halt into exceptions, for the rest of this JVM's life. */
  public static void forbid() {
    Exit.setExitProcedure((code, message) -> refuse("exit", code, message));
    Exit.setHaltProcedure((code, message) -> refuse("halt", code, message));
  }

  private static void refuse(String how, int code, String message) {
    StackException failure =
        new StackException(
            "kafka", "wanted to " + how + " with code " + code + " (" + message + ")", null);
    LOG.error("A Kafka server gave up", failure);
    throw failure;
  }
}
