package dev.tidemark.restorer.config;

import dev.tidemark.restorer.mongo.DeploymentAddress;
import java.nio.file.Path;
import java.util.Map;

/** What a target's alias stands for. */
public sealed interface RestoreDestination {

  /** The alias. */
  String alias();

  /** A MongoDB deployment. */
  record OfDeployment(DeploymentAddress address) implements RestoreDestination {
    @Override
    public String alias() {
      return address.alias();
    }
  }

  /**
   * The shards of a sharded deployment, each reached as the replica set that it is.
   *
   * @param shards by the names of the replica sets that are restored into them
   */
  record OfShards(String alias, Map<String, DeploymentAddress> shards)
      implements RestoreDestination {
    public OfShards {
      shards = Map.copyOf(shards);
    }
  }

  /**
   * A directory on the worker's machine, below which every restore makes one of its own in the
   * layout of mongodump.
   */
  record OfDirectory(String alias, Path directory) implements RestoreDestination {}
}
