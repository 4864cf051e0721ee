package dev.tidemark.tailer.member;

import com.mongodb.ConnectionString;
import com.mongodb.MongoClientSettings;
import com.mongodb.ServerAddress;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.connection.ClusterConnectionMode;
import com.mongodb.connection.ClusterSettings;
import dev.tidemark.tailer.config.OplogSourceConfig;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;

/**
 * Opens driver clients with the credentials, TLS settings and options of one connection string.
 * Immutable and thread-safe; the caller closes what it opens.
 */
public final class ClientFactory {

  private static final String APPLICATION = "tidemark-tailer";

  private final ConnectionString uri;
  private final OplogSourceConfig config;
  private final SSLContext sslContext;

  /**
   * @param uri which of the configured connection strings
   */
  public ClientFactory(OplogSourceConfig config, int uri) {
    this.config = config;
    this.uri = config.uris().get(uri);
    this.sslContext = Tls.context(config.trustStore(), config.keyStore());
  }

  /** Whether only the named member may be talked to. */
  public boolean isDirect() {
    return Boolean.TRUE.equals(uri.isDirectConnection());
  }

  /** A client that goes wherever the connection string leads. */
  public MongoClient open() {
    return MongoClients.create(
        settings()
            .applyToClusterSettings(
                cluster -> cluster.serverSelectionTimeout(millis(), TimeUnit.MILLISECONDS))
            .build());
  }

  /** A client that follows the topology of one replica set. */
  public MongoClient openSet(String replicaSet, List<String> hosts) {
    ClusterSettings.Builder cluster =
        ClusterSettings.builder()
            .hosts(hosts.stream().map(ServerAddress::new).toList())
            .serverSelectionTimeout(millis(), TimeUnit.MILLISECONDS);
    if (isDirect()) {
      cluster.mode(ClusterConnectionMode.SINGLE);
    } else {
      cluster.mode(ClusterConnectionMode.MULTIPLE).requiredReplicaSetName(replicaSet);
    }
    return open(cluster.build(), 1);
  }

  /**
   * A client of one member and no other, with one connection: its commands reach the member in the
   * order in which they are sent.
   */
  public MongoClient openMember(ServerAddress address) {
    ClusterSettings cluster =
        ClusterSettings.builder()
            .mode(ClusterConnectionMode.SINGLE)
            .hosts(List.of(address))
            .serverSelectionTimeout(millis(), TimeUnit.MILLISECONDS)
            .build();
    return open(cluster, 1);
  }

  private MongoClient open(ClusterSettings cluster, int connections) {
    return MongoClients.create(
        settings()
            .applyToClusterSettings(builder -> builder.applySettings(cluster))
            .applyToConnectionPoolSettings(pool -> pool.minSize(0).maxSize(connections))
            .build());
  }

  private MongoClientSettings.Builder settings() {
    Duration read = config.socketTimeout().plus(config.heartbeatInterval());
    MongoClientSettings.Builder settings =
        MongoClientSettings.builder()
            .applyConnectionString(uri)
            .applicationName(APPLICATION)
            .applyToSocketSettings(
                socket ->
                    socket
                        .connectTimeout((int) millis(), TimeUnit.MILLISECONDS)
                        .readTimeout((int) read.toMillis(), TimeUnit.MILLISECONDS));
    if (sslContext != null) {
      settings.applyToSslSettings(ssl -> ssl.context(sslContext));
    }
    return settings;
  }

  /** How long finding and reaching a member may take. */
  Duration connectTimeout() {
    return config.connectTimeout();
  }

  private long millis() {
    return connectTimeout().toMillis();
  }
}
