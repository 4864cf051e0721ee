package dev.tidemark.restorer.mongo;

import com.mongodb.ConnectionString;
import java.util.List;

/**
 * Where a deployment is. Printed without user, password and options, so that it may stand in logs
 * and messages.
 *
 * @param alias the name it has in requests
 * @param uri the connection string; a secret
 */
public record DeploymentAddress(String alias, ConnectionString uri) {

  /** Host names and ports only. */
  public List<String> hosts() {
    return uri.getHosts();
  }

  @Override
  public String toString() {
    return alias + " at " + String.join(",", hosts());
  }
}
