package dev.tidemark.embedded.mongo;

import dev.tidemark.embedded.mongo.bson.RawDocument;
import dev.tidemark.embedded.mongo.bson.RawWriter;
import dev.tidemark.embedded.mongo.wire.Request;
import dev.tidemark.embedded.mongo.wire.WireServer;
import java.io.IOException;
import java.net.ServerSocket;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers drivers like a mongos that is asked for its shards, and for nothing else: what a client
 * needs to find the replica sets of a sharded cluster. Commands on data are refused. Thread-safe;
 * listens on loopback only.
 */
public final class SimulatedRouter implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(SimulatedRouter.class);

  private final List<SimulatedReplicaSet> shards;
  private final SimulatedReplicaSet configServers;
  private final WireServer wire;
  private final int port;

  private SimulatedRouter(
      SimulatedReplicaSet configServers, List<SimulatedReplicaSet> shards, ServerSocket socket) {
    this.configServers = configServers;
    this.shards = new CopyOnWriteArrayList<>(shards);
    this.port = socket.getLocalPort();
    this.wire =
        WireServer.start(
            socket,
            new WireServer.Handler() {
              @Override
              public RawDocument handle(Request request) {
                return answer(request).done();
              }

              @Override
              public void closed(long connection) {
                LOG.trace("router connection {} closed", connection);
              }
            });
  }

  /**
   * @throws IOException if no port can be opened
   */
  public static SimulatedRouter start(
      SimulatedReplicaSet configServers, SimulatedReplicaSet... shards) throws IOException {
    return new SimulatedRouter(configServers, List.of(shards), WireServer.listen(0, null));
  }

  public String connectionString() {
    return "mongodb://127.0.0.1:" + port + "/";
  }

  /** What {@code addShard} does. */
  public void add(SimulatedReplicaSet shard) {
    shards.add(shard);
  }

  private RawWriter answer(Request request) {
    RawWriter reply =
        switch (request.command().toLowerCase(Locale.ROOT)) {
          case "hello", "ismaster" -> hello(request);
          case "ping", "endsessions" -> new RawWriter();
          case "listshards" -> listShards();
          case "getshardmap" -> shardMap();
          default -> null;
        };
    return reply == null ? unknown(request) : reply.number("ok", 1);
  }

  private static RawWriter unknown(Request request) {
    return new RawWriter()
        .number("ok", 0)
        .string("errmsg", "not supported yet by the simulated router: " + request.command())
        .int32("code", 115)
        .string("codeName", "CommandNotSupported");
  }

  private static RawWriter hello(Request request) {
    return new RawWriter()
        .bool("helloOk", true)
        .bool("isWritablePrimary", true)
        .bool("ismaster", true)
        .string("msg", "isdbgrid")
        .int32("maxBsonObjectSize", 16 * 1024 * 1024)
        .int32("maxMessageSizeBytes", 48_000_000)
        .int32("maxWriteBatchSize", 100_000)
        .int32("logicalSessionTimeoutMinutes", 30)
        .int32("connectionId", (int) request.connection())
        .int32("minWireVersion", 0)
        .int32("maxWireVersion", 21);
  }

  private RawWriter listShards() {
    RawWriter reply = new RawWriter().openArray("shards");
    int number = 0;
    for (SimulatedReplicaSet shard : shards) {
      reply.openDocument(Integer.toString(number++)).string("_id", shard.setName());
      reply.string("host", host(shard)).int32("state", 1).close();
    }
    return reply.close();
  }

  private RawWriter shardMap() {
    RawWriter reply = new RawWriter().openDocument("map");
    for (SimulatedReplicaSet shard : shards) {
      reply.string(shard.setName(), host(shard));
    }
    return reply.string("config", host(configServers)).close();
  }

  private static String host(SimulatedReplicaSet set) {
    return set.setName() + "/127.0.0.1:" + set.port();
  }

  @Override
  public void close() throws IOException {
    wire.close();
  }
}
