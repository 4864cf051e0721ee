package dev.tidemark.cli.demo.stack;

import dev.tidemark.cli.error.CliError;
import dev.tidemark.cli.service.Service;
import dev.tidemark.oplog.error.TidemarkException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A properties file for each service, with which it runs on the demo's servers. */
public final class ServiceFiles {

  /** Alias of the source, under which its archive lies; the one in the guide. */
  private static final String CLUSTER = "shop";

  private static final String SECRET = "archive.s3.secret.access.key";
  private static final String CONNECT = "http://127.0.0.1:8083";

  private ServiceFiles() {}

  /**
   * Writes them into the work directory.
   *
   * @param service what {@link DemoStack#service()} says
   * @param source connection string of the set that is backed up
   * @param target connection string of the set that is restored into
   * @return each service's file
   * @throws TidemarkException {@code CLI_FILE} if one cannot be written
   */
  public static Map<Service, Path> write(
      Map<String, String> service, WorkDirectory work, String source, String target) {
    Path secrets = work.resolve("secrets.properties");
    Map<String, String> archive = new LinkedHashMap<>(service);
    write(secrets, Map.of(SECRET, archive.get(SECRET)));
    archive.put(SECRET, "${file:" + secrets + ":" + SECRET + "}");
    Map<String, String> clients = new LinkedHashMap<>(archive);
    clients.keySet().removeIf(key -> key.startsWith("archive."));

    Map<Service, Path> files = new EnumMap<>(Service.class);
    files.put(Service.TAILER, write(work, Service.TAILER, tailer(clients, source)));
    files.put(Service.ARCHIVER, write(work, Service.ARCHIVER, archiver(archive, work)));
    files.put(
        Service.RESTORER, write(work, Service.RESTORER, restorer(archive, work, source, target)));
    files.put(Service.MONITOR, write(work, Service.MONITOR, monitor(clients, source)));
    return files;
  }

  private static Map<String, String> tailer(Map<String, String> clients, String source) {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("kafka.bootstrap.servers", clients.get("bootstrap.servers"));
    settings.put("schema.registry.url", clients.get("schema.registry.url"));
    settings.put("mongodb.uri", source);
    settings.put("worker.listeners", CONNECT);
    return settings;
  }

  private static Map<String, String> archiver(Map<String, String> archive, WorkDirectory work) {
    Map<String, String> settings = new LinkedHashMap<>(archive);
    settings.put("application.id", "tidemark-archiver");
    settings.put("cluster", CLUSTER);
    settings.put("state.dir", work.resolve("archiver").toString());
    return settings;
  }

  private static Map<String, String> restorer(
      Map<String, String> archive, WorkDirectory work, String source, String target) {
    Map<String, String> settings = new LinkedHashMap<>(archive);
    settings.put("work.directory", work.resolve("restorer").toString());
    settings.put("clusters." + CLUSTER + ".uri", source);
    settings.put("targets.scratch.uri", target);
    settings.put("targets.disk.directory", work.resolve("restored").toString());
    return settings;
  }

  private static Map<String, String> monitor(Map<String, String> clients, String source) {
    Map<String, String> settings = new LinkedHashMap<>(clients);
    settings.put("clusters." + CLUSTER + ".uri", source);
    settings.put("connect.url", CONNECT);
    return settings;
  }

  private static Path write(WorkDirectory work, Service service, Map<String, String> settings) {
    Path file = work.resolve(service.command() + ".properties");
    write(file, settings);
    return file;
  }

  private static void write(Path file, Map<String, String> settings) {
    List<String> lines =
        settings.entrySet().stream()
            .map(setting -> setting.getKey() + "=" + setting.getValue())
            .sorted()
            .toList();
    try {
      Files.write(file, lines);
    } catch (IOException e) {
      throw new TidemarkException(
          CliError.CLI_FILE,
          "a service's file cannot be written: " + e.getMessage(),
          file.toString(),
          "Name another directory with --work-dir",
          e);
    }
  }
}
