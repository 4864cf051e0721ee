package dev.tidemark.restorer.drill;

import com.mongodb.MongoException;
import dev.tidemark.oplog.error.TidemarkException;
import dev.tidemark.restorer.RestorerError;
import dev.tidemark.restorer.config.RestoreDestination;
import dev.tidemark.restorer.mongo.Deployment;
import dev.tidemark.restorer.mongo.ServerFailures;
import dev.tidemark.restorer.restore.FileNames;
import dev.tidemark.schemas.status.RestoredNamespace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** The target of a drill, where only what the drill restored is removed. */
final class Scratch {

  private static final String APPLICATION = "tidemark-drill";

  private final RestoreDestination destination;

  /**
   * @throws TidemarkException REQUEST_NOT_SUPPORTED if it is a sharded deployment
   */
  Scratch(RestoreDestination destination) {
    if (destination instanceof RestoreDestination.OfShards) {
      throw new TidemarkException(
          RestorerError.REQUEST_NOT_SUPPORTED,
          "not supported yet: drills into a sharded deployment",
          destination.alias(),
          "Name a directory or a replica set as the target");
    }
    this.destination = destination;
  }

  /**
   * Removes what a restore wrote.
   *
   * @param restoreId the id of its request
   * @param namespaces what its status says that it wrote
   */
  void remove(String restoreId, List<RestoredNamespace> namespaces) {
    if (destination instanceof RestoreDestination.OfDirectory directory) {
      removeFiles(directory.directory().resolve(FileNames.of(restoreId)));
    } else if (destination instanceof RestoreDestination.OfDeployment deployment) {
      removing(
          deployment,
          client ->
              namespaces.forEach(
                  namespace -> {
                    int dot = namespace.getNs().indexOf('.');
                    client
                        .client()
                        .getDatabase(namespace.getNs().substring(0, dot))
                        .getCollection(namespace.getNs().substring(dot + 1))
                        .drop();
                  }));
    }
  }

  /** Removes the databases whose names begin so; a directory holds none. */
  void removeDatabases(String prefix) {
    if (destination instanceof RestoreDestination.OfDeployment deployment) {
      removing(deployment, client -> dropAll(client, prefix));
    }
  }

  /** Drops the databases whose names begin so. */
  static void dropAll(Deployment deployment, String prefix) {
    for (String name : deployment.client().listDatabaseNames()) {
      if (name.startsWith(prefix)) {
        deployment.client().getDatabase(name).drop();
      }
    }
  }

  private static void removing(
      RestoreDestination.OfDeployment target, java.util.function.Consumer<Deployment> work) {
    try (Deployment client = Deployment.open(target.address(), APPLICATION)) {
      work.accept(client);
    } catch (MongoException e) {
      throw ServerFailures.ofTarget(e, "drop what the drill restored", target.address().toString());
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
