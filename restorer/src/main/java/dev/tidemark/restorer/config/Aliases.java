package dev.tidemark.restorer.config;

import com.mongodb.ConnectionString;
import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.restorer.RestorerError;
import dev.tidemark.restorer.mongo.DeploymentAddress;
import java.nio.file.Path;
import java.util.List;
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
 * clusters.ledger.shards.rs-a.uri=mongodb://…      the replica sets of a sharded cluster,
 * clusters.ledger.shards.rs-b.uri=mongodb://…      by their names
 * targets.twin.shards.rs-a.uri=mongodb://…         where each of them is restored
 * targets.twin.shards.rs-b.uri=mongodb://…
 * </pre>
 *
 * <p>Immutable.
 */
public final class Aliases {

  private static final String CLUSTERS = "clusters.";
  private static final String TARGETS = "targets.";
  private static final String URI = ".uri";
  private static final String DIRECTORY = ".directory";
  private static final String SHARDS = ".shards.";

  private final Map<String, List<DeploymentAddress>> clusters;
  private final Map<String, RestoreDestination> targets;

  private Aliases(
      Map<String, List<DeploymentAddress>> clusters, Map<String, RestoreDestination> targets) {
    this.clusters = Map.copyOf(clusters);
    this.targets = Map.copyOf(targets);
  }

  static Aliases of(AbstractConfig config) {
    Map<String, Map<String, DeploymentAddress>> clusters = new TreeMap<>();
    Map<String, Map<String, DeploymentAddress>> deployments = new TreeMap<>();
    Map<String, RestoreDestination> targets = new TreeMap<>();
    config
        .originals()
        .forEach(
            (name, value) -> {
              String text = String.valueOf(value);
              if (name.startsWith(CLUSTERS) && name.endsWith(URI)) {
                add(alias(name, CLUSTERS, URI), name, text, clusters);
              } else if (name.startsWith(TARGETS) && name.endsWith(URI)) {
                add(alias(name, TARGETS, URI), name, text, deployments);
              } else if (name.startsWith(TARGETS) && name.endsWith(DIRECTORY)) {
                String alias = alias(name, TARGETS, DIRECTORY);
                targets.put(alias, new RestoreDestination.OfDirectory(alias, Path.of(text)));
              }
            });
    Map<String, List<DeploymentAddress>> sets = new TreeMap<>();
    clusters.forEach((alias, byShard) -> sets.put(alias, List.copyOf(byShard.values())));
    deployments.forEach((alias, byShard) -> targets.put(alias, destination(alias, byShard)));
    return new Aliases(sets, targets);
  }

  /** Adds a deployment under its alias and, if it is a shard, the shard's name. */
  private static void add(
      String named, String setting, String uri, Map<String, Map<String, DeploymentAddress>> found) {
    int shards = named.indexOf(SHARDS);
    String alias = shards < 0 ? named : named.substring(0, shards);
    String shard = shards < 0 ? "" : named.substring(shards + SHARDS.length());
    Map<String, DeploymentAddress> byShard = found.computeIfAbsent(alias, a -> new TreeMap<>());
    byShard.put(shard, address(shard.isEmpty() ? alias : alias + "/" + shard, setting, uri));
    if (byShard.containsKey("") && byShard.size() > 1) {
      throw new TidemarkException(
          RestorerError.RESTORER_CONFIG_INVALID,
          quoted(alias) + " is given as one deployment and as several shards",
          setting,
          "Keep either the one form or the other");
    }
  }

  private static RestoreDestination destination(
      String alias, Map<String, DeploymentAddress> byShard) {
    DeploymentAddress whole = byShard.get("");
    return whole == null
        ? new RestoreDestination.OfShards(alias, Map.copyOf(byShard))
        : new RestoreDestination.OfDeployment(whole);
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
   * Where the replica sets of a cluster are, in the order of their names.
   *
   * @throws TidemarkException REQUEST_UNKNOWN_CLUSTER
   */
  public List<DeploymentAddress> sets(String alias) {
    List<DeploymentAddress> sets = clusters.get(alias);
    if (sets == null) {
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
    return sets;
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

  /** The replica sets of every cluster. */
  public Map<String, List<DeploymentAddress>> clusters() {
    return clusters;
  }

  private static String quoted(String alias) {
    return "'" + alias + "'";
  }

  private static String known(Map<String, ?> aliases) {
    return aliases.isEmpty() ? "none" : String.join(", ", new TreeMap<>(aliases).keySet());
  }
}
