package dev.tidemark.restorer.config;

import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.restorer.RestorerError;
import dev.tidemark.restorer.mongo.DeploymentAddress;
import dev.tidemark.schemas.alert.DrillMode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.config.AbstractConfig;

/**
 * How drills of the clusters are held.
 *
 * <pre>
 * drills.shop.target=scratch
 * drills.shop.schedule=0 4 1 * *
 * drills.shop.mode=SYNTHETIC_DATA
 * drills.shop.uri=mongodb://drill:secret@a:27017,b:27017/?replicaSet=rs0
 * </pre>
 *
 * <p>A cluster with a target has its drill once a month unless its schedule says otherwise. The
 * connection string is for an account that may write the drill's own databases; without it the
 * cluster's own is used. Immutable.
 */
public final class DrillSettings {

  /** Once a month, on the first at four in the morning, UTC. */
  public static final String MONTHLY = "0 4 1 * *";

  private static final String PREFIX = "drills.";

  private final Map<String, Map<String, String>> byCluster;
  private final Aliases aliases;

  private DrillSettings(Map<String, Map<String, String>> byCluster, Aliases aliases) {
    this.byCluster = byCluster;
    this.aliases = aliases;
  }

  static DrillSettings of(AbstractConfig config, Aliases aliases) {
    Map<String, Map<String, String>> byCluster = new TreeMap<>();
    config
        .originals()
        .forEach(
            (name, value) -> {
              int end = name.lastIndexOf('.');
              if (name.startsWith(PREFIX) && end > PREFIX.length()) {
                byCluster
                    .computeIfAbsent(name.substring(PREFIX.length(), end), c -> new HashMap<>())
                    .put(name.substring(end + 1), String.valueOf(value));
              }
            });
    DrillSettings settings = new DrillSettings(byCluster, aliases);
    settings.scheduled().forEach((cluster, drill) -> aliases.target(drill.target()));
    return settings;
  }

  /**
   * A drill that is held by itself.
   *
   * @param target alias of the scratch target
   * @param mode what is restored
   * @param schedule a cron expression, or {@code none}
   * @param setting where the schedule stands, for messages
   */
  public record Scheduled(String target, DrillMode mode, String schedule, String setting) {}

  /** The clusters whose drills have a target, and so a schedule. */
  public Map<String, Scheduled> scheduled() {
    Map<String, Scheduled> scheduled = new TreeMap<>();
    byCluster.forEach(
        (cluster, keys) -> {
          if (keys.containsKey("target")) {
            scheduled.put(
                cluster,
                new Scheduled(
                    keys.get("target"),
                    mode(cluster, keys.getOrDefault("mode", DrillMode.SYNTHETIC_DATA.name())),
                    keys.getOrDefault("schedule", MONTHLY),
                    PREFIX + cluster + ".schedule"));
          }
        });
    return scheduled;
  }

  /**
   * Where a drill writes its data.
   *
   * @throws TidemarkException REQUEST_UNKNOWN_CLUSTER, or REQUEST_NOT_SUPPORTED if it has several
   *     replica sets and no connection string of its own for drills
   */
  public DeploymentAddress source(String cluster) {
    List<DeploymentAddress> sets = aliases.sets(cluster);
    String uri = byCluster.getOrDefault(cluster, Map.of()).get("uri");
    if (uri != null) {
      return address(cluster, uri);
    }
    if (sets.size() > 1) {
      throw new TidemarkException(
          RestorerError.REQUEST_NOT_SUPPORTED,
          "A cluster of "
              + sets.size()
              + " replica sets is written through mongos, and none is configured for drills",
          cluster,
          "Set "
              + PREFIX
              + cluster
              + ".uri to its mongos, or hold the drill with the newest backup");
    }
    return sets.get(0);
  }

  private static DeploymentAddress address(String cluster, String uri) {
    return Aliases.address(cluster, PREFIX + cluster + ".uri", uri);
  }

  private static DrillMode mode(String cluster, String text) {
    for (DrillMode mode : new DrillMode[] {DrillMode.SYNTHETIC_DATA, DrillMode.NEWEST_BACKUP}) {
      if (mode.name().equalsIgnoreCase(text)) {
        return mode;
      }
    }
    throw new TidemarkException(
        RestorerError.RESTORER_CONFIG_INVALID,
        "'" + text + "' is no mode of a drill",
        PREFIX + cluster + ".mode",
        "Use SYNTHETIC_DATA or NEWEST_BACKUP");
  }
}
