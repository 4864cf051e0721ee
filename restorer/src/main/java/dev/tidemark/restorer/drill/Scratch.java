package dev.tidemark.restorer.drill;

import com.mongodb.MongoException;
import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.restorer.RestorerError;
import dev.tidemark.restorer.config.RestoreDestination;
import dev.tidemark.restorer.mongo.Deployment;
import dev.tidemark.restorer.mongo.DeploymentAddress;
import dev.tidemark.restorer.mongo.ServerFailures;
import dev.tidemark.restorer.restore.FileNames;
import dev.tidemark.schemas.status.RestoreStatus;
import dev.tidemark.schemas.status.RestoredNamespace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** The target of a drill, where only what the drill restored is removed. */
final class Scratch {

  private static final String APPLICATION = "tidemark-drill";

  private final RestoreDestination destination;

  Scratch(RestoreDestination destination) {
    this.destination = destination;
  }

  /** Removes the files that a restore wrote, if it wrote into a directory. */
  void removeFiles(String restoreId) {
    if (destination instanceof RestoreDestination.OfDirectory directory) {
      removeFiles(directory.directory().resolve(FileNames.of(restoreId)));
    }
  }

  /** Drops the collections and views that a restore wrote, as its status says. */
  void drop(RestoreStatus restore) {
    Map<DeploymentAddress, List<String>> written = new LinkedHashMap<>();
    for (RestoredNamespace namespace : restore.getNamespaces()) {
      place(namespace, restore)
          .ifPresent(
              address ->
                  written
                      .computeIfAbsent(address, first -> new ArrayList<>())
                      .add(namespace.getNs()));
    }
    written.forEach(
        (address, namespaces) ->
            removing(address, client -> namespaces.forEach(name -> drop(client, name))));
  }

  private static void drop(Deployment client, String namespace) {
    int dot = namespace.indexOf('.');
    client
        .client()
        .getDatabase(namespace.substring(0, dot))
        .getCollection(namespace.substring(dot + 1))
        .drop();
  }

  /** Where something was restored to; a status names the replica set only if there are several. */
  private Optional<DeploymentAddress> place(RestoredNamespace namespace, RestoreStatus restore) {
    if (destination instanceof RestoreDestination.OfShards shards) {
      String set = namespace.getReplicaSet();
      return Optional.of(
          shards.shards().get(set.isEmpty() ? restore.getReached().get(0).getName() : set));
    }
    return deployments().stream().findFirst();
  }

  private Collection<DeploymentAddress> deployments() {
    if (destination instanceof RestoreDestination.OfShards shards) {
      return shards.shards().values();
    }
    return destination instanceof RestoreDestination.OfDeployment deployment
        ? List.of(deployment.address())
        : List.of();
  }

  /** Drops the databases whose names begin so; a directory holds none. */
  void dropDatabases(String prefix) {
    deployments().forEach(address -> removing(address, client -> dropAll(client, prefix)));
  }

  /** Drops the databases whose names begin so. */
  static void dropAll(Deployment deployment, String prefix) {
    for (String name : deployment.client().listDatabaseNames()) {
      if (name.startsWith(prefix)) {
        deployment.client().getDatabase(name).drop();
      }
    }
  }

  private static void removing(DeploymentAddress address, Consumer<Deployment> work) {
    try (Deployment client = Deployment.open(address, APPLICATION)) {
      work.accept(client);
    } catch (MongoException e) {
      throw ServerFailures.ofTarget(e, "drop what the drill restored", address.toString());
    }
  }

  private static void removeFiles(Path directory) {
    // Another worker's machine may have it.
    if (!Files.isDirectory(directory)) {
      return;
    }
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new TidemarkException(
          RestorerError.LOCAL_FILE_FAILED,
          "What the drill restored could not be removed: " + e.getMessage(),
          directory.toString(),
          "Remove the directory",
          e);
    }
  }
}
