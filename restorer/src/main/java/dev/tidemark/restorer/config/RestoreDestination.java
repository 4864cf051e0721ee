package dev.tidemark.restorer.config;

import dev.tidemark.restorer.mongo.DeploymentAddress;
import java.nio.file.Path;

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
   * A directory on the worker's machine, below which every restore makes one of its own in the
   * layout of mongodump.
   */
  record OfDirectory(String alias, Path directory) implements RestoreDestination {}
}
