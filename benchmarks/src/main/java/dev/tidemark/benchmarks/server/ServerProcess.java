package dev.tidemark.benchmarks.server;

import dev.tidemark.embedded.process.ChildJvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A server in a process of its own, so that its work is not counted as its client's. */
public final class ServerProcess implements AutoCloseable {

  private static final long POLL_MS = 50;

  private final ChildJvm jvm;
  private final String address;

  private ServerProcess(ChildJvm jvm, String address) {
    this.jvm = jvm;
    this.address = address;
  }

  /**
   * Starts it and returns once it listens.
   *
   * @param options of its JVM, such as the size of its heap
   * @param directory where its log goes
   * @param arguments as {@link Server} describes them
   * @throws IOException if it does not come up
   */
  public static ServerProcess start(
      Server server, List<String> options, Path directory, String... arguments)
      throws IOException, InterruptedException {
    String name = server.name().toLowerCase(Locale.ROOT);
    Path log = directory.resolve(name + ".log");
    List<String> args = new ArrayList<>(List.of(server.name()));
    args.addAll(Arrays.asList(arguments));
    ChildJvm jvm = ChildJvm.start(name, options, classPath(), Server.class.getName(), args, log);
    while (jvm.isAlive()) {
      Optional<String> address = address(log);
      if (address.isPresent()) {
        return new ServerProcess(jvm, address.get());
      }
      Thread.sleep(POLL_MS);
    }
    throw new IOException("the " + name + " did not start: " + jvm.lastWords());
  }

  /** Without this project's other modules: a worker has to take its connector from the plugin. */
  private static List<Path> classPath() {
    return ChildJvm.ownClassPath().stream().filter(ServerProcess::isOfServers).toList();
  }

  private static boolean isOfServers(Path entry) {
    String name = entry.getFileName().toString();
    return !name.startsWith("tidemark")
        || name.startsWith("tidemark-embedded")
        || name.startsWith("tidemark-benchmarks");
  }

  private static Optional<String> address(Path log) throws IOException {
    return Files.readAllLines(log).stream()
        .filter(line -> line.startsWith(Server.LISTENING))
        .map(line -> line.substring(Server.LISTENING.length()))
        .findFirst();
  }

  /** Where its clients connect. */
  public String address() {
    return address;
  }

  /** Processor time it has used so far, compiler and garbage collector with it, in seconds. */
  public double cpuSeconds() {
    return jvm.cpuTime().toMillis() / 1e3;
  }

  @Override
  public void close() {
    jvm.close();
  }
}
