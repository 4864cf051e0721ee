package dev.tidemark.tailer.check;

import com.mongodb.MongoException;
import com.mongodb.MongoSocketReadException;
import com.mongodb.MongoSocketReadTimeoutException;
import com.mongodb.MongoTimeoutException;
import com.mongodb.client.MongoClient;
import com.mongodb.connection.ServerDescription;
import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.tailer.config.InvalidValueException;
import dev.tidemark.tailer.config.OplogSourceConfig;
import dev.tidemark.tailer.config.OplogSourceKeys;
import dev.tidemark.tailer.config.RightValue;
import dev.tidemark.tailer.error.TailerError;
import dev.tidemark.tailer.fault.Faults;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.security.cert.CertificateException;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says in an operator's words why MongoDB cannot be reached, and which key is to blame. */
final class ConnectionFailure {

  private static final Logger log = LoggerFactory.getLogger(ConnectionFailure.class);

  private ConnectionFailure() {}

  /** Adds the failure of a client that was opened from a connection string. */
  static void report(
      OplogSourceConfig config, RuntimeException failure, MongoClient client, Problems problems) {
    if (failure instanceof MongoTimeoutException) {
      problems.add(
          OplogSourceKeys.MONGODB_URI,
          unreachable(client),
          concernsTls(client)
              ? RightValue.URI_WITH_TLS
              : RightValue.of(OplogSourceKeys.MONGODB_URI));
      return;
    }
    report(config, failure, problems);
  }

  /** Adds a failure whose code tells the key. */
  static void report(OplogSourceConfig config, RuntimeException failure, Problems problems) {
    TidemarkException known = Faults.classify(failure, "");
    if (known instanceof InvalidValueException invalid) {
      problems.add(invalid.key(), invalid.reason(), invalid.example());
      return;
    }
    String key = key(config, known);
    if (known == null) {
      log.error("MongoDB cannot be checked", failure);
      problems.add(
          key,
          "cannot be checked; the worker's log has the trace of this "
              + failure.getClass().getName(),
          RightValue.of(key));
      return;
    }
    problems.add(key, known.reason() + ". " + known.remedy(), example(key, known));
  }

  private static String example(String key, TidemarkException failure) {
    boolean user =
        failure.code() == TailerError.TAILER_AUTHENTICATION_FAILED
            || failure.code() == TailerError.TAILER_NOT_AUTHORIZED;
    return user && key.equals(OplogSourceKeys.MONGODB_URI)
        ? RightValue.URI_WITH_USER
        : RightValue.of(key);
  }

  private static String key(OplogSourceConfig config, TidemarkException failure) {
    boolean ownUser = config.username() != null;
    if (failure == null || !(failure.code() instanceof TailerError code)) {
      return OplogSourceKeys.MONGODB_URI;
    }
    return switch (code) {
      case TAILER_AUTHENTICATION_FAILED ->
          ownUser ? OplogSourceKeys.MONGODB_PASSWORD : OplogSourceKeys.MONGODB_URI;
      case TAILER_NOT_AUTHORIZED ->
          ownUser ? OplogSourceKeys.MONGODB_USERNAME : OplogSourceKeys.MONGODB_URI;
      default -> OplogSourceKeys.MONGODB_URI;
    };
  }

  private static String unreachable(MongoClient client) {
    MongoException srv = client.getClusterDescription().getSrvResolutionException();
    if (srv != null) {
      return "the SRV record of the mongodb+srv name cannot be looked up: " + root(srv);
    }
    List<String> reasons = new ArrayList<>();
    for (ServerDescription server : client.getClusterDescription().getServerDescriptions()) {
      if (!server.isOk()) {
        reasons.add(server.getAddress() + " " + reason(server.getException()));
      }
    }
    return reasons.isEmpty()
        ? "no member of the named replica set answers: check the option replicaSet"
        : String.join("; ", reasons);
  }

  private static boolean concernsTls(MongoClient client) {
    return client.getClusterDescription().getServerDescriptions().stream()
        .map(ServerDescription::getException)
        .anyMatch(
            failure ->
                causedBy(failure, SSLException.class)
                    || causedBy(failure, CertificateException.class)
                    || endsConnection(failure));
  }

  /** As a server does that hears no TLS, or the other way round. */
  private static boolean endsConnection(Throwable failure) {
    return causedBy(failure, MongoSocketReadException.class)
        && !causedBy(failure, MongoSocketReadTimeoutException.class);
  }

  private static String reason(Throwable failure) {
    if (causedBy(failure, UnknownHostException.class)) {
      return "is no known host";
    }
    if (causedBy(failure, ConnectException.class)) {
      return "refuses connections: is mongod running there?";
    }
    if (causedBy(failure, CertificateException.class)) {
      return "shows a certificate that is not accepted ("
          + root(failure)
          + "): "
          + OplogSourceKeys.MONGODB_TLS_TRUSTSTORE_LOCATION
          + " must hold its authority, and it must name this host";
    }
    if (causedBy(failure, SSLException.class)) {
      return "fails the TLS handshake ("
          + root(failure)
          + "): check tls=true, the stores and that the server speaks TLS";
    }
    if (endsConnection(failure)) {
      return "ends the connection: does it want TLS (tls=true)?";
    }
    return "does not answer in time";
  }

  private static boolean causedBy(Throwable failure, Class<? extends Throwable> type) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (type.isInstance(cause)) {
        return true;
      }
    }
    return false;
  }

  private static String root(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root.getMessage() == null ? root.getClass().getSimpleName() : root.getMessage();
  }
}
