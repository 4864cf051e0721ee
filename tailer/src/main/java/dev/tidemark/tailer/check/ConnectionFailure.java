package dev.tidemark.tailer.check;

import com.mongodb.MongoTimeoutException;
import com.mongodb.client.MongoClient;
import com.mongodb.connection.ServerDescription;
import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.tailer.config.OplogSourceConfig;
import dev.tidemark.tailer.config.OplogSourceKeys;
import dev.tidemark.tailer.error.TailerError;
import dev.tidemark.tailer.fault.Faults;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLException;

/** Says in an operator's words why MongoDB cannot be reached, and which key is to blame. */
final class ConnectionFailure {

  private ConnectionFailure() {}

  /** Adds the failure of a client that was opened from a connection string. */
  static void report(
      OplogSourceConfig config, RuntimeException failure, MongoClient client, Problems problems) {
    if (failure instanceof MongoTimeoutException) {
      problems.add(OplogSourceKeys.MONGODB_URI, unreachable(client));
      return;
    }
    report(config, failure, problems);
  }

  /** Adds a failure whose code tells the key. */
  static void report(OplogSourceConfig config, RuntimeException failure, Problems problems) {
    TidemarkException known = Faults.classify(failure, "");
    String message =
        known == null ? failure.toString() : known.reason() + ". " + known.remedy() + ".";
    problems.add(key(config, known), message);
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
      case TAILER_CONFIG_INVALID ->
          config.trustStore() != null
              ? OplogSourceKeys.MONGODB_TLS_TRUSTSTORE_LOCATION
              : OplogSourceKeys.MONGODB_TLS_KEYSTORE_LOCATION;
      default -> OplogSourceKeys.MONGODB_URI;
    };
  }

  private static String unreachable(MongoClient client) {
    List<String> reasons = new ArrayList<>();
    for (ServerDescription server : client.getClusterDescription().getServerDescriptions()) {
      if (!server.isOk()) {
        reasons.add(server.getAddress() + " " + reason(server.getException()));
      }
    }
    return reasons.isEmpty()
        ? "no member of the named replica set answers: check the option replicaSet; a right value"
            + " is mongodb://mongo-1:27017,mongo-2:27017/?replicaSet=rs0"
        : String.join("; ", reasons)
            + ". A right value is mongodb://mongo-1:27017,mongo-2:27017/?replicaSet=rs0";
  }

  private static String reason(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof UnknownHostException) {
        return "is no known host";
      }
      if (cause instanceof ConnectException) {
        return "refuses connections: is mongod running there?";
      }
      if (cause instanceof SSLException) {
        return "fails the TLS handshake: check tls=true, the trust store and the certificate's"
            + " names";
      }
    }
    return "does not answer in time";
  }
}
