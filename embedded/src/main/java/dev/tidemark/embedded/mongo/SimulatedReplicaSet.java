package dev.tidemark.embedded.mongo;

import dev.tidemark.embedded.mongo.bson.RawDocument;
import dev.tidemark.embedded.mongo.bson.RawWriter;
import dev.tidemark.embedded.mongo.command.CommandTable;
import dev.tidemark.embedded.mongo.member.Identifiers;
import dev.tidemark.embedded.mongo.member.Member;
import dev.tidemark.embedded.mongo.member.ReplicaSetIdentity;
import dev.tidemark.embedded.mongo.oplog.FollowingClock;
import dev.tidemark.embedded.mongo.oplog.NoopTicker;
import dev.tidemark.embedded.mongo.oplog.OplogFeed;
import dev.tidemark.embedded.mongo.oplog.OplogStore;
import dev.tidemark.embedded.mongo.oplog.OplogWriter;
import dev.tidemark.embedded.mongo.wire.WireServer;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A MongoDB <em>simulator</em>: one process that answers drivers like the only member of a replica
 * set and logs to {@code local.oplog.rs} what a real 7.0 server would. It is for demos and tests;
 * {@code docs/simulator.md} lists what it does not do.
 *
 * <p>Data lives in memory. Documents are kept as the bytes they were sent in; queries, update
 * operators and aggregation stages are computed by mongo-java-server. Writers take turns, so the
 * logged image is the stored one and optimes rise strictly.
 *
 * <p>All methods are thread-safe. Listens on loopback only.
 */
public final class SimulatedReplicaSet implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(SimulatedReplicaSet.class);

  private final Member member;
  private final CommandTable commands;
  private final WireServer wire;
  private final NoopTicker noops;
  private final int port;
  private final boolean encrypted;

  private SimulatedReplicaSet(SimulatorConfig config, ServerSocket socket) {
    this.port = socket.getLocalPort();
    this.encrypted = config.tls() != null;
    Identifiers identifiers = new Identifiers(config.random());
    String host = "127.0.0.1:" + port;
    ReplicaSetIdentity identity =
        new ReplicaSetIdentity(
            config.setName(), config.setId(), host, config.peers(), identifiers.uuid());
    long start = config.clock().millis();
    OplogStore oplog =
        new OplogStore(
            config.oplogBytes(), new OplogStore.Position(config.origin(), config.term(), start));
    OplogWriter log = new OplogWriter(oplog, config.clock(), config.term());
    this.member = new Member(identity, config.clock(), identifiers, oplog, log);
    if (config.writes()) {
      member.alone(() -> log.noop(new RawWriter().string("msg", "initiating set").done()));
    }
    this.commands = new CommandTable(member);
    this.noops = NoopTicker.start(config.noopInterval(), oplog, this::noop);
    this.wire = WireServer.start(socket, commands);
    LOG.info("MongoDB simulator for replica set {} listens on {}", config.setName(), host);
  }

  /**
   * @throws IOException if the port is taken
   */
  public static SimulatedReplicaSet start(SimulatorConfig config) throws IOException {
    return new SimulatedReplicaSet(config, WireServer.listen(config.port(), config.tls()));
  }

  /** A set called {@code rs0} on a free port, with the system's clock. */
  public static SimulatedReplicaSet start() throws IOException {
    return start(SimulatorConfig.builder().build());
  }

  private void noop() {
    if (member.isPrimary()) {
      member.alone(() -> member.log().noop(new RawWriter().string("msg", "periodic noop").done()));
    }
  }

  /** A connection string for drivers that look for the replica set. */
  public String connectionString() {
    return "mongodb://127.0.0.1:"
        + port
        + "/?replicaSet="
        + member.identity().name()
        + (encrypted ? "&tls=true" : "");
  }

  public int port() {
    return port;
  }

  public String setName() {
    return member.identity().name();
  }

  /** The set's ObjectId, 24 hex digits. */
  public String setId() {
    return member.identity().id();
  }

  /** Optime of the newest entry, as an unsigned 64-bit timestamp. */
  public long newestOptime() {
    return member.oplog().newest().timestamp();
  }

  /** Optime up to which a majority has the entries, as an unsigned 64-bit timestamp. */
  public long majorityOptime() {
    return member.oplog().majority().timestamp();
  }

  /** From now on all clients are this user, with the roles that are stored for it. */
  public void clientsAre(String database, String user) {
    commands.accounts().clientsAre(database, user);
  }

  /** Number of entries the oplog holds now. */
  public int oplogEntries() {
    return member.oplog().size();
  }

  /**
   * Appends an entry written elsewhere, byte for byte, without carrying it out.
   *
   * @throws IllegalArgumentException if its {@code ts} is not above the newest entry's
   */
  public void appendOplog(byte[] rawEntry) {
    RawDocument entry = RawDocument.of(rawEntry.clone());
    appendAll(List.of(entry));
  }

  /**
   * Puts a collection or view there without logging anything of it, as it is on a member whose data
   * was brought back: the oplog that belongs to the data is given with {@link #appendOplog}.
   */
  public void hold(HeldCollection held) {
    member.alone(() -> new BroughtBack(member).put(held));
  }

  /**
   * Serves the entries of a file, which a real server wrote, as this set's oplog. The first entry
   * is appended at once, the others when the feed is started.
   *
   * @param oplogFile the file the configuration was made for with {@link
   *     SimulatorConfig.Builder#serving}
   */
  public OplogFeed feed(Path oplogFile) throws IOException {
    return new OplogFeed(oplogFile, this::appendAll);
  }

  private void appendAll(List<RawDocument> entries) {
    member.alone(
        () -> {
          entries.forEach(member.log()::raw);
          if (member.clock() instanceof FollowingClock clock) {
            clock.follow(member.oplog().newestAppended().wallMillis());
          }
        });
  }

  /** What can go wrong with a member, on demand. */
  public Faults faults() {
    return new Faults(member, commands, wire);
  }

  @Override
  public void close() {
    noops.close();
    try {
      wire.close();
    } catch (IOException e) {
      LOG.warn("MongoDB simulator on port {} did not close cleanly", port, e);
    }
    commands.cursors().killAll();
  }
}
