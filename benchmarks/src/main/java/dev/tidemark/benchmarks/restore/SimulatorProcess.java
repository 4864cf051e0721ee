package dev.tidemark.benchmarks.restore;

import dev.tidemark.embedded.mongo.SimulatedReplicaSet;
import dev.tidemark.embedded.mongo.SimulatorConfig;
import dev.tidemark.embedded.process.ChildJvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/** A MongoDB simulator in a process of its own, so that its work is not counted as the client's. */
public final class SimulatorProcess implements AutoCloseable {

  private static final long POLL_MS = 50;

  private final ChildJvm jvm;
  private final String connectionString;

  private SimulatorProcess(ChildJvm jvm, String connectionString) {
    this.jvm = jvm;
    this.connectionString = connectionString;
  }

  /** What the process runs. */
  public static void main(String[] args) throws Exception {
    try (SimulatedReplicaSet set =
        SimulatedReplicaSet.start(SimulatorConfig.builder().oplogBytes(32L << 20).build())) {
      System.out.println("LISTENING " + set.connectionString());
      new CountDownLatch(1).await();
    }
  }

  /**
   * Starts it.
   *
   * @param heap of the process, such as {@code 3g}
   */
  static SimulatorProcess start(String heap, Path directory)
      throws IOException, InterruptedException {
    Path log = directory.resolve("simulator.log");
    ChildJvm jvm =
        ChildJvm.start(
            "simulator",
            List.of("-Xmx" + heap),
            Arrays.stream(System.getProperty("java.class.path").split(":")).map(Path::of).toList(),
            SimulatorProcess.class.getName(),
            List.of(),
            log);
    while (jvm.isAlive()) {
      Optional<String> said =
          Files.exists(log)
              ? Files.readAllLines(log).stream()
                  .filter(line -> line.startsWith("LISTENING "))
                  .findFirst()
              : Optional.empty();
      if (said.isPresent()) {
        return new SimulatorProcess(jvm, said.get().substring("LISTENING ".length()));
      }
      Thread.sleep(POLL_MS);
    }
    throw new IOException("the simulator did not start: " + jvm.lastWords());
  }

  String connectionString() {
    return connectionString;
  }

  /** Processor time it has used so far, in seconds. */
  double cpuSeconds() {
    return ProcessHandle.of(jvm.pid())
        .flatMap(process -> process.info().totalCpuDuration())
        .map(duration -> duration.toMillis() / 1e3)
        .orElse(Double.NaN);
  }

  @Override
  public void close() {
    jvm.close();
  }
}
