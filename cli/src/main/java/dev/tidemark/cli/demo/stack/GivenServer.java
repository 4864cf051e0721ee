package dev.tidemark.cli.demo.stack;

import com.mongodb.ConnectionString;
import com.mongodb.MongoClientSettings;
import com.mongodb.MongoException;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import dev.tidemark.cli.demo.workload.DemoNames;
import dev.tidemark.cli.error.CliError;
import dev.tidemark.oplog.error.TidemarkException;
import java.util.concurrent.TimeUnit;
import org.bson.Document;

/**
 * A server that the demo is told to use instead of the simulator. Only the demo's own databases are
 * touched on it, and they are removed in the end.
 */
public final class GivenServer {

  private static final int PATIENCE_SECONDS = 5;

  private final String option;
  private final String uri;

  /**
   * @param option the option that names it
   */
  public GivenServer(String option, String uri) {
    this.option = option;
    this.uri = uri;
  }

  /**
   * Says that the demo can use the server.
   *
   * @param replicaSet whether it must be a replica set
   * @throws TidemarkException if it does not answer, is no replica set, or holds databases with the
   *     demo's names
   */
  public void check(boolean replicaSet) {
    ConnectionString parsed = parse();
    try (MongoClient client = quickClient(parsed)) {
      Document hello = client.getDatabase("admin").runCommand(new Document("hello", 1));
      if (replicaSet && !hello.containsKey("setName")) {
        throw new TidemarkException(
            CliError.CLI_BAD_OPTION,
            "the server is no member of a replica set, so it has no oplog",
            option + " " + Endpoint.shown(uri),
            "Name a replica set");
      }
      for (String name : client.listDatabaseNames()) {
        if (DemoNames.DATABASES.contains(name)) {
          throw new TidemarkException(
              CliError.CLI_DEMO,
              "the database " + name + " exists already",
              option + " " + Endpoint.shown(uri),
              "Drop it if a demo left it, or name another server");
        }
      }
    } catch (MongoException e) {
      throw new TidemarkException(
          CliError.CLI_NETWORK,
          "the server does not answer or refuses: " + e.getClass().getSimpleName(),
          option + " " + Endpoint.shown(uri),
          "Check the address, the credentials and the rights",
          e);
    }
  }

  private ConnectionString parse() {
    try {
      return new ConnectionString(uri);
    } catch (IllegalArgumentException e) {
      // The driver's message may repeat the string, which may hold a password.
      throw new TidemarkException(
          CliError.CLI_BAD_OPTION,
          "the value is no connection string",
          option,
          "Use the form mongodb://user:password@host:27017/?replicaSet=name");
    }
  }

  private static MongoClient quickClient(ConnectionString uri) {
    return MongoClients.create(
        MongoClientSettings.builder()
            .applyConnectionString(uri)
            .applyToClusterSettings(
                cluster -> cluster.serverSelectionTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS))
            .build());
  }

  /** Removes the demo's databases. */
  public void clean() {
    try (MongoClient client = quickClient(parse())) {
      DemoNames.DATABASES.forEach(name -> client.getDatabase(name).drop());
    }
  }
}
