package dev.tidemark.embedded.tls;

import dev.tidemark.embedded.stack.StackException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/**
 * A certificate for 127.0.0.1 that signs itself, made by the JDK's keytool and good for two days.
 * Nobody trusts it but who is given its trust store.
 *
 * @param keyStore PKCS 12, for servers
 * @param trustStore PKCS 12, for clients
 * @param password of both
 */
public record LoopbackCertificate(Path keyStore, Path trustStore, String password) {

  private static final String PART = "tls";
  private static final String ALIAS = "loopback";

  /**
   * Makes one.
   *
   * @param directory where the stores are written
   * @throws StackException if keytool does not succeed
   */
  public static LoopbackCertificate make(Path directory) {
    LoopbackCertificate certificate =
        new LoopbackCertificate(
            directory.resolve("server.p12"), directory.resolve("trust.p12"), "tidemark-embedded");
    Path exported = directory.resolve("server.crt");
    certificate.keytool(
        certificate.keyStore(),
        "-genkeypair",
        "-alias",
        ALIAS,
        "-keyalg",
        "EC",
        "-dname",
        "CN=127.0.0.1",
        "-ext",
        "SAN=ip:127.0.0.1,dns:localhost",
        "-ext",
        "BC=ca:true",
        "-validity",
        "2");
    certificate.keytool(
        certificate.keyStore(), "-exportcert", "-alias", ALIAS, "-file", exported.toString());
    certificate.keytool(
        certificate.trustStore(),
        "-importcert",
        "-noprompt",
        "-alias",
        ALIAS,
        "-file",
        exported.toString());
    return certificate;
  }

  private void keytool(Path store, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(List.of(arguments));
    command.addAll(
        List.of("-keystore", store.toString(), "-storetype", "PKCS12", "-storepass", password));
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      String said =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      if (process.waitFor() != 0) {
        throw new StackException(PART, "keytool failed: " + said, null);
      }
    } catch (IOException e) {
      throw new StackException(PART, "keytool cannot be started", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StackException(PART, "keytool was not awaited", e);
    }
  }

  /** What a server needs to show the certificate. */
  public SSLContext serverContext() {
    try (InputStream in = Files.newInputStream(keyStore)) {
      KeyStore keys = KeyStore.getInstance("PKCS12");
      keys.load(in, password.toCharArray());
      KeyManagerFactory managers =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      managers.init(keys, password.toCharArray());
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(managers.getKeyManagers(), null, null);
      return context;
    } catch (IOException | GeneralSecurityException e) {
      throw new StackException(PART, "the certificate cannot be used", e);
    }
  }

  /** Options of a JVM that is to trust the certificate for everything that uses its defaults. */
  public List<String> trustingJvm() {
    return List.of(
        "-Djavax.net.ssl.trustStore=" + trustStore,
        "-Djavax.net.ssl.trustStoreType=PKCS12",
        "-Djavax.net.ssl.trustStorePassword=" + password);
  }
}
