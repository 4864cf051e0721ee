package dev.tidemark.restorer.restore;

import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.restorer.RestorerError;
import dev.tidemark.restorer.config.RestoreDestination;
import dev.tidemark.restorer.mongo.DeploymentAddress;
import dev.tidemark.schemas.status.RestoredNamespace;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/** Which replica set of a cluster is restored into which shard of the target. */
final class Shards {

  private Shards() {}

  /**
   * Where each replica set goes.
   *
   * @param destination a deployment or its shards
   * @throws TidemarkException REQUEST_UNKNOWN_TARGET if there is no place for one of them
   */
  static List<DeploymentRestore.Part> parts(
      RestoreDestination destination, List<PlannedRestore> restores) {
    List<DeploymentRestore.Part> parts = new ArrayList<>();
    for (PlannedRestore restore : restores) {
      parts.add(
          new DeploymentRestore.Part(
              restore, place(destination, restore.setName(), restores.size())));
    }
    return parts;
  }

  /**
   * Where a replica set goes.
   *
   * @param destination a deployment or its shards
   * @param name of the replica set
   * @param sets how many there are
   * @throws TidemarkException REQUEST_UNKNOWN_TARGET if there is no place for it
   */
  static DeploymentAddress place(RestoreDestination destination, String name, int sets) {
    if (destination instanceof RestoreDestination.OfShards shards) {
      DeploymentAddress shard = shards.shards().get(name);
      if (shard == null) {
        throw new TidemarkException(
            RestorerError.REQUEST_UNKNOWN_TARGET,
            "The target has no shard for replica set " + name,
            destination.alias(),
            "Its shards are for "
                + String.join(", ", new TreeSet<>(shards.shards().keySet()))
                + "; add targets."
                + destination.alias()
                + ".shards."
                + name
                + ".uri to the worker's configuration");
      }
      return shard;
    }
    if (sets > 1) {
      throw new TidemarkException(
          RestorerError.REQUEST_UNKNOWN_TARGET,
          "The target is one deployment, but the archive is of a cluster of " + sets + " shards",
          destination.alias(),
          "Give each shard its place with targets."
              + destination.alias()
              + ".shards.<replica set>.uri");
    }
    return ((RestoreDestination.OfDeployment) destination).address();
  }

  /** The name of one of several replica sets; empty for one that stands alone. */
  static String nameAmong(List<PlannedRestore> restores, int index) {
    return restores.size() == 1 ? "" : restores.get(index).setName();
  }

  /** The warnings of all outcomes; of a cluster, with the replica sets that they are about. */
  static List<String> warnings(List<PlannedRestore> restores, List<RestoreOutcome> outcomes) {
    List<String> warnings = new ArrayList<>();
    for (int i = 0; i < outcomes.size(); i++) {
      String set = nameAmong(restores, i);
      for (String warning : outcomes.get(i).allWarnings()) {
        warnings.add(set.isEmpty() ? warning : set + ": " + warning);
      }
    }
    return warnings;
  }

  /** The namespaces of all outcomes; of a cluster, with the replica sets they are on. */
  static List<RestoredNamespace> namespaces(
      List<PlannedRestore> restores, List<RestoreOutcome> outcomes) {
    List<RestoredNamespace> namespaces = new ArrayList<>();
    for (int i = 0; i < outcomes.size(); i++) {
      String set = nameAmong(restores, i);
      for (RestoredNamespace namespace : outcomes.get(i).namespaces()) {
        namespaces.add(RestoredNamespace.newBuilder(namespace).setReplicaSet(set).build());
      }
    }
    return namespaces;
  }
}
