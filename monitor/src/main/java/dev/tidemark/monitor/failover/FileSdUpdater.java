package dev.tidemark.monitor.failover;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tidemark.monitor.error.MonitorError;
import dev.tidemark.oplog.error.TidemarkException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;

/**
 * Writes the primary as a target group of Prometheus' file-based service discovery, one file per
 * cluster:
 *
 * <pre>
 * shop.json: [{"targets":["db-2:27017"],"labels":{"cluster":"shop","replica_set":"rs0","role":"primary"}}]
 * </pre>
 *
 * <p>The file is replaced in one step, so no reader ever sees half of it.
 */
public final class FileSdUpdater implements EndpointUpdater {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path directory;

  public FileSdUpdater(Path directory) {
    this.directory = directory;
  }

  @Override
  public String name() {
    return "file-sd";
  }

  @Override
  public void configure(Map<String, ?> settings) {
    // All it needs came with the constructor.
  }

  @Override
  public void update(PrimaryEndpoint endpoint) {
    Path file = directory.resolve(endpoint.cluster() + ".json");
    Path draft = directory.resolve(endpoint.cluster() + ".json.tmp");
    Map<String, Object> group =
        Map.of(
            "targets",
            List.of(endpoint.primary().host()),
            "labels",
            Map.of(
                "cluster", endpoint.cluster(),
                "replica_set", endpoint.setName(),
                "role", "primary"));
    try {
      Files.createDirectories(directory);
      Files.write(draft, JSON.writeValueAsBytes(List.of(group)));
      Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new TidemarkException(
          MonitorError.MONITOR_ENDPOINT_NOT_UPDATED,
          "The primary's address cannot be written: " + e,
          file.toString(),
          "Make the directory writable for the monitor",
          e);
    }
  }
}
