package dev.tidemark.restorer.config;

import com.mongodb.ConnectionString;
import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.restorer.RestorerError;
import dev.tidemark.restorer.mongo.DeploymentAddress;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.config.AbstractConfig;

/**
 * The names that requests may use, and what they stand for. Connection strings live here alone.
 *
 * <pre>
 * clusters.shop.uri=mongodb://user:secret@a:27017,b:27017/?replicaSet=rs0
 * targets.staging.uri=mongodb://…
 * targets.disk.directory=/var/restore
 * </pre>
 *
 * <p>Immutable.
 */
public final class Aliases {

  private static final String CLUSTERS = "clusters.";
  private static final String TARGETS = "targets.";
  private static final String URI = ".uri";
  private static final String DIRECTORY = ".directory";

  private final Map<String, DeploymentAddress> clusters;
  private final Map<String, RestoreDestination> targets;

  private Aliases(
      Map<String, DeploymentAddress> clusters, Map<String, RestoreDestination> targets) {
    this.clusters = Map.copyOf(clusters);
    this.targets = Map.copyOf(targets);
  }

  static Aliases of(AbstractConfig config) {
    Map<String, DeploymentAddress> clusters = new TreeMap<>();
    Map<String, RestoreDestination> targets = new TreeMap<>();
    config
        .originals()
        .forEach(
            (name, value) -> {
              String text = String.valueOf(value);
              if (name.startsWith(CLUSTERS) && name.endsWith(URI)) {
                String alias = alias(name, CLUSTERS, URI);
                clusters.put(alias, address(alias, name, text));
              } else if (name.startsWith(TARGETS) && name.endsWith(URI)) {
                String alias = alias(name, TARGETS, URI);
                targets.put(alias, new RestoreDestination.OfDeployment(address(alias, name, text)));
              } else if (name.startsWith(TARGETS) && name.endsWith(DIRECTORY)) {
                String alias = alias(name, TARGETS, DIRECTORY);
                targets.put(alias, new RestoreDestination.OfDirectory(alias, Path.of(text)));
              }
            });
    return new Aliases(clusters, targets);
  }

  private static String alias(String name, String prefix, String suffix) {
    String alias = name.substring(prefix.length(), name.length() - suffix.length());
    if (alias.isEmpty()) {
      throw new TidemarkException(
          RestorerError.RESTORER_CONFIG_INVALID, "The setting names no alias", name, "");
    }
    return alias;
  }

  static DeploymentAddress address(String alias, String name, String uri) {
    try {
      return new DeploymentAddress(alias, new ConnectionString(uri));
    } catch (IllegalArgumentException e) {
      // The driver's message may repeat the string, which holds a password.
      throw new TidemarkException(
          RestorerError.RESTORER_CONFIG_INVALID,
          "The setting is no connection string",
          name,
          "Use the form mongodb://user:password@host:27017/?replicaSet=name");
    }
  }

  /**
   * Where a cluster is.
   *
   * @throws TidemarkException REQUEST_UNKNOWN_CLUSTER
   */
  public DeploymentAddress cluster(String alias) {
    DeploymentAddress address = clusters.get(alias);
    if (address == null) {
      throw new TidemarkException(
          RestorerError.REQUEST_UNKNOWN_CLUSTER,
          "No cluster is called " + quoted(alias) + " here",
          "",
          "Known clusters: "
              + known(clusters)
              + "; or add "
              + CLUSTERS
              + alias
              + URI
              + " to the"
              + " worker's configuration");
    }
    return address;
  }

  /** Whether a cluster's connection string is configured. */
  public boolean knowsCluster(String alias) {
    return clusters.containsKey(alias);
  }

  /**
   * What a target is.
   *
   * @throws TidemarkException REQUEST_UNKNOWN_TARGET
   */
  public RestoreDestination target(String alias) {
    RestoreDestination destination = targets.get(alias);
    if (destination == null) {
      throw new TidemarkException(
          RestorerError.REQUEST_UNKNOWN_TARGET,
          "No target is called " + quoted(alias) + " here",
          "",
          "Known targets: "
              + known(targets)
              + "; or add "
              + TARGETS
              + alias
              + URI
              + " to the"
              + " worker's configuration");
    }
    return destination;
  }

  public Map<String, DeploymentAddress> clusters() {
    return clusters;
  }

  private static String quoted(String alias) {
    return "'" + alias + "'";
  }

  private static String known(Map<String, ?> aliases) {
    return aliases.isEmpty() ? "none" : String.join(", ", new TreeMap<>(aliases).keySet());
  }
}
