package dev.tidemark.cli.demo.stack;

import com.mongodb.ConnectionString;

/** Connection strings as they may be shown. */
public final class Endpoint {

  private Endpoint() {}

  /** The hosts and the set of a connection string; never its user or password. */
  public static String shown(String connectionString) {
    ConnectionString parsed = new ConnectionString(connectionString);
    String scheme = parsed.isSrvProtocol() ? "mongodb+srv://" : "mongodb://";
    String set = parsed.getRequiredReplicaSetName();
    return scheme
        + String.join(",", parsed.getHosts())
        + (set == null ? "" : "/?replicaSet=" + set);
  }
}
