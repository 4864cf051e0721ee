package dev.tidemark.tailer.stack;

import dev.tidemark.embedded.connect.ConnectRest;
import dev.tidemark.embedded.process.ChildJvm;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A Connect worker that can be killed. It sees the connector only as a plugin. */
public final class ChildWorker implements AutoCloseable {

  private final String group;
  private final int port;
  private ChildJvm process;
  private int starts;

  public ChildWorker(String group) {
    this.group = group;
    this.port = freePort();
  }

  private static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public void start() {
    List<String> options = new ArrayList<>(List.of("-Xmx512m", "-XX:TieredStopAtLevel=1"));
    settings().forEach((key, value) -> options.add("-D" + WorkerMain.PREFIX + key + "=" + value));
    starts++;
    process =
        ChildJvm.start(
            "connect",
            options,
            classPath(),
            WorkerMain.class.getName(),
            List.of(),
            Path.of("target", "child-workers", group + "-" + starts + ".txt"));
  }

  /** The tests' class path without the connector and what only its plugin brings. */
  private static List<Path> classPath() {
    Path connector = Path.of("target", "classes").toAbsolutePath();
    Set<Path> brought = namesInPlugin();
    return ChildJvm.ownClassPath().stream()
        .filter(entry -> !entry.equals(connector) && !brought.contains(entry.getFileName()))
        .toList();
  }

  private static Set<Path> namesInPlugin() {
    try (Stream<Path> files = Files.walk(CaptureStack.pluginPath())) {
      return files
          .filter(file -> file.toString().endsWith(".jar"))
          .map(Path::getFileName)
          // The worker's own, too.
          .filter(name -> !name.toString().startsWith("jackson-"))
          .collect(Collectors.toSet());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Map<String, String> settings() {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("bootstrap.servers", CaptureStack.bootstrapServers());
    settings.put("group.id", group);
    settings.put("listeners", rest().url().toString());
    settings.put("plugin.path", CaptureStack.pluginPath().toString());
    settings.put("plugin.discovery", "service_load");
    settings.put("exactly.once.source.support", "enabled");
    settings.put("key.converter", "org.apache.kafka.connect.storage.StringConverter");
    settings.put("value.converter", "org.apache.kafka.connect.converters.ByteArrayConverter");
    for (String kind : List.of("config", "offset", "status")) {
      settings.put(kind + ".storage.topic", group + "-" + kind);
      settings.put(kind + ".storage.replication.factor", "1");
    }
    settings.put("offset.storage.partitions", "1");
    settings.put("status.storage.partitions", "1");
    settings.put("scheduled.rebalance.max.delay.ms", "0");
    // A worker killed without a word is missed after this long.
    settings.put("session.timeout.ms", "6000");
    settings.put("heartbeat.interval.ms", "1000");
    return settings;
  }

  public ConnectRest rest() {
    return new ConnectRest(URI.create("http://127.0.0.1:" + port));
  }

  public void kill() {
    process.kill();
  }

  public String lastWords() {
    return process.lastWords();
  }

  @Override
  public void close() {
    if (process != null) {
      process.close();
    }
  }
}
