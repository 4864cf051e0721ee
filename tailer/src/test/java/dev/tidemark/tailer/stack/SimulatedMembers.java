package dev.tidemark.tailer.stack;

import dev.tidemark.embedded.mongo.SimulatedReplicaSet;
import dev.tidemark.embedded.mongo.SimulatorConfig;
import dev.tidemark.embedded.stack.Ports;
import dev.tidemark.oplog.optime.Optime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * A replica set of a primary and a secondary. Nothing is replicated: entries are appended to both,
 * ten seconds apart.
 */
public final class SimulatedMembers implements AutoCloseable {

  private final SimulatedReplicaSet primary;
  private final SimulatedReplicaSet secondary;

  /**
   * @param down addresses of further members, which do not answer
   */
  public SimulatedMembers(Path directory, String... down) throws IOException {
    String[] hosts = {"127.0.0.1:" + Ports.free("primary"), "127.0.0.1:" + Ports.free("secondary")};
    Path first = Files.write(directory.resolve("oplog.bson"), entry(0));
    primary = member(first, hosts[0], peers(hosts[1], down));
    secondary = member(first, hosts[1], peers(hosts[0], down));
    secondary.faults().stepDown();
    append(0, 1);
  }

  private static String[] peers(String other, String... down) {
    return Stream.concat(Stream.of(other), Stream.of(down)).toArray(String[]::new);
  }

  private static SimulatedReplicaSet member(Path oplog, String host, String... peers)
      throws IOException {
    int port = Integer.parseInt(host.substring(host.indexOf(':') + 1));
    return SimulatedReplicaSet.start(
        SimulatorConfig.builder().port(port).peers(peers).serving(oplog).build());
  }

  /** The bytes of an entry by its number. */
  public static byte[] entry(int number) {
    return Chains.entry(100 + 10 * number, 1, "{_id: " + number + "}");
  }

  /** The optime of an entry by its number. */
  public static Optime optime(int number) {
    return Optime.of(100 + 10 * number, 1);
  }

  /** Appends entries by number to both members, as replication brings them there. */
  public void append(int from, int to) {
    for (int i = from; i < to; i++) {
      primary.appendOplog(entry(i));
      secondary.appendOplog(entry(i));
    }
  }

  public SimulatedReplicaSet primary() {
    return primary;
  }

  public SimulatedReplicaSet secondary() {
    return secondary;
  }

  @Override
  public void close() {
    primary.close();
    secondary.close();
  }
}
