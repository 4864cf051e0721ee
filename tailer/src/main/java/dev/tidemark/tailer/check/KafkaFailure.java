package dev.tidemark.tailer.check;

import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.tailer.config.OplogSourceConfig;
import dev.tidemark.tailer.config.OplogSourceKeys;
import dev.tidemark.tailer.config.RightValue;
import javax.net.ssl.SSLException;
import javax.security.auth.login.LoginException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InvalidReplicationFactorException;
import org.apache.kafka.common.errors.PolicyViolationException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says which key is to blame when Kafka cannot be asked, by the types of what was thrown. */
final class KafkaFailure {

  static final String JAAS = OplogSourceKeys.KAFKA_PREFIX + "sasl.jaas.config";
  static final String PROTOCOL = OplogSourceKeys.KAFKA_PREFIX + "security.protocol";
  static final String TRUST_STORE = OplogSourceKeys.KAFKA_PREFIX + "ssl.truststore.location";
  static final String JAAS_EXAMPLE =
      "org.apache.kafka.common.security.scram.ScramLoginModule required username=\"tidemark\""
          + " password=\"${file:/etc/tidemark/secrets.properties:kafka.password}\";";

  private static final Logger log = LoggerFactory.getLogger(KafkaFailure.class);
  private static final String TRUST_STORE_EXAMPLE = "/etc/tidemark/kafka-trust.p12";

  private KafkaFailure() {}

  /** Adds a failure of a client that was made of the settings under {@code kafka.}. */
  static void report(OplogSourceConfig config, RuntimeException failure, Problems problems) {
    String reason;
    if (failure instanceof TidemarkException known) {
      reason = known.reason() + ". " + known.remedy();
    } else {
      log.error("Kafka cannot be checked", failure);
      reason =
          "cannot be checked; the worker's log has the trace of this "
              + failure.getClass().getName();
    }
    boolean sasl = config.kafkaClient().containsKey("sasl.jaas.config");
    if (causedBy(failure, InvalidReplicationFactorException.class)) {
      addOwn(OplogSourceKeys.TOPIC_REPLICATION_FACTOR, reason, problems);
    } else if (causedBy(failure, PolicyViolationException.class)
        || causedBy(failure, AuthorizationException.class)) {
      addOwn(OplogSourceKeys.TOPIC, reason, problems);
    } else if (sasl && causedBy(failure, SaslAuthenticationException.class)) {
      problems.add(JAAS, reason, JAAS_EXAMPLE);
    } else if (sasl
        && (causedBy(failure, LoginException.class)
            || causedBy(failure, IllegalArgumentException.class))) {
      // Kafka's own message may quote the line with its password.
      problems.add(JAAS, "is no line for a login module", JAAS_EXAMPLE);
    } else if (causedBy(failure, SslAuthenticationException.class)
        || causedBy(failure, SSLException.class)) {
      problems.add(TRUST_STORE, reason, TRUST_STORE_EXAMPLE);
    } else {
      addOwn(OplogSourceKeys.KAFKA_BOOTSTRAP_SERVERS, reason, problems);
    }
  }

  private static void addOwn(String key, String reason, Problems problems) {
    problems.add(key, reason, RightValue.of(key));
  }

  private static boolean causedBy(Throwable failure, Class<? extends Throwable> type) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (type.isInstance(cause)) {
        return true;
      }
    }
    return false;
  }
}
