package dev.tidemark.benchmarks.server;

import dev.tidemark.embedded.connect.EmbeddedConnect;
import dev.tidemark.embedded.kafka.EmbeddedKafka;
import dev.tidemark.embedded.mongo.SimulatedReplicaSet;
import dev.tidemark.embedded.mongo.SimulatorConfig;
import dev.tidemark.embedded.stack.Ports;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/** A server that a {@link ServerProcess} can run. */
public enum Server {
  /** MongoDB's simulator; its argument is the size of its oplog in bytes. */
  SIMULATOR {
    @Override
    String start(List<String> args) throws IOException {
      return SimulatedReplicaSet.start(
              SimulatorConfig.builder().oplogBytes(Long.parseLong(args.get(0))).build())
          .connectionString();
    }
  },

  /** A Kafka broker; its argument is the directory of its data. */
  BROKER {
    @Override
    String start(List<String> args) {
      return EmbeddedKafka.start(Path.of(args.get(0))).bootstrapServers();
    }
  },

  /** A Connect worker; its arguments are its broker and directories of plugins. */
  WORKER {
    @Override
    String start(List<String> args) {
      List<Path> plugins = args.stream().skip(1).map(Path::of).toList();
      return EmbeddedConnect.start(args.get(0), plugins, DISCOVERY, Ports.ANY)
          .rest()
          .url()
          .toString();
    }
  };

  // Not every plugin has the manifest by which they are found quickly.
  private static final Map<String, String> DISCOVERY = Map.of("plugin.discovery", "hybrid_warn");

  /** What stands before the address in what the process prints. */
  static final String LISTENING = "LISTENING ";

  /** Starts it; the address is where its clients connect. */
  abstract String start(List<String> args) throws IOException;

  /** What the process runs: the server's name and its arguments. */
  public static void main(String[] args) throws IOException, InterruptedException {
    Server server = valueOf(args[0]);
    System.out.println(LISTENING + server.start(Arrays.asList(args).subList(1, args.length)));
    new CountDownLatch(1).await();
  }
}
