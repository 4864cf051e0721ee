package dev.tidemark.embedded.kafka;

import dev.tidemark.embedded.tls.LoopbackCertificate;
import java.util.Properties;

/**
 * A broker's client port with TLS and SASL/PLAIN.
 *
 * @param certificate what the broker shows
 * @param user the one account
 * @param password its password
 */
public record KafkaSecurity(LoopbackCertificate certificate, String user, String password) {

  private static final String PLAIN_MODULE =
      "org.apache.kafka.common.security.plain.PlainLoginModule";

  /** The value of {@code sasl.jaas.config} of a client. */
  public String clientJaas() {
    return PLAIN_MODULE + " required username=\"" + user + "\" password=\"" + password + "\";";
  }

  void apply(Properties broker) {
    broker.setProperty(
        "listener.security.protocol.map",
        "CLIENT:SASL_SSL,INTERNAL:PLAINTEXT,CONTROLLER:PLAINTEXT");
    broker.setProperty("inter.broker.listener.name", "INTERNAL");
    broker.setProperty("listener.name.client.ssl.keystore.type", "PKCS12");
    broker.setProperty(
        "listener.name.client.ssl.keystore.location", certificate.keyStore().toString());
    broker.setProperty("listener.name.client.ssl.keystore.password", certificate.password());
    broker.setProperty("listener.name.client.ssl.key.password", certificate.password());
    broker.setProperty("listener.name.client.sasl.enabled.mechanisms", "PLAIN");
    broker.setProperty(
        "listener.name.client.plain.sasl.jaas.config",
        PLAIN_MODULE + " required user_" + user + "=\"" + password + "\";");
  }
}
